import { Injectable, inject } from '@angular/core';
import type {
  DeviceChange,
  FailedAnnotation,
  HeldDecision,
  HeldDeletes,
  MatchedBook,
  PendingDelete,
  PluginActivity,
  SyncCheck,
  DeviceKeySummary,
  DeviceSummary,
  DocumentLink,
  KoreaderAccountChange,
  KoreaderSettings,
  LinkDocument,
  NewKoreaderAccount,
  PluginPackageRequest,
  SyncFeed,
  SyncFeedQuery,
  UnmatchedDocument,
} from '@bookorbit/contracts';
import { Http } from './http.ts';

/** The KOReader account of this user and what its devices sent; needs `koreader_sync`. */
@Injectable({ providedIn: 'root' })
export class KoreaderApi {
  private readonly http = inject(Http);

  read(): Promise<KoreaderSettings> {
    return this.http.get('/koreader');
  }

  createAccount(account: NewKoreaderAccount): Promise<void> {
    return this.http.post('/koreader/account', account);
  }

  changeAccount(change: KoreaderAccountChange): Promise<void> {
    return this.http.patch('/koreader/account', change);
  }

  deleteAccount(): Promise<void> {
    return this.http.delete('/koreader/account');
  }

  /** The plugin as a zip that carries a device key minted for this download. */
  packagePlugin(request: PluginPackageRequest): Promise<Blob> {
    return this.http.postForFile('/koreader/plugin-packages', request);
  }

  listDeviceKeys(): Promise<readonly DeviceKeySummary[]> {
    return this.http.get('/koreader/device-keys');
  }

  revokeDeviceKey(id: number): Promise<void> {
    return this.http.delete(`/koreader/device-keys/${id}`);
  }

  listDevices(): Promise<readonly DeviceSummary[]> {
    return this.http.get('/koreader/devices');
  }

  /** What devices did, newest first. */
  readActivity(query: SyncFeedQuery): Promise<SyncFeed> {
    return this.http.get('/koreader/activity', { ...query });
  }

  changeDevice(deviceId: string, change: DeviceChange): Promise<void> {
    return this.http.patch(`/koreader/devices/${encodeURIComponent(deviceId)}`, change);
  }

  /** Forgets the device; what it brought stays. */
  forgetDevice(deviceId: string): Promise<void> {
    return this.http.delete(`/koreader/devices/${encodeURIComponent(deviceId)}`);
  }

  readPluginActivity(): Promise<PluginActivity> {
    return this.http.get('/koreader/plugin-activity');
  }

  listMatchedBooks(): Promise<readonly MatchedBook[]> {
    return this.http.get('/koreader/matched-books');
  }

  /** Why is it not syncing? */
  check(): Promise<SyncCheck> {
    return this.http.get('/koreader/check');
  }

  listFailed(): Promise<readonly FailedAnnotation[]> {
    return this.http.get('/annotations/failed');
  }

  /** Lets devices that could not place an annotation try again. */
  retryPlacing(annotationId: number): Promise<void> {
    return this.http.post(`/annotations/${annotationId}/retry`);
  }

  listPendingDeletes(): Promise<readonly PendingDelete[]> {
    return this.http.get('/annotations/pending-deletes');
  }

  /** Deletions that wait for a yes, because they were too many at once. */
  listHeld(): Promise<readonly HeldDeletes[]> {
    return this.http.get('/annotations/held');
  }

  confirmHeld(held: HeldDecision): Promise<void> {
    return this.http.post('/annotations/held/confirm', held);
  }

  discardHeld(held: HeldDecision): Promise<void> {
    return this.http.post('/annotations/held/discard', held);
  }

  listUnmatched(): Promise<readonly UnmatchedDocument[]> {
    return this.http.get('/koreader/unmatched');
  }

  linkUnmatched(id: number, link: LinkDocument): Promise<void> {
    return this.http.post(`/koreader/unmatched/${id}/link`, link);
  }

  dismissUnmatched(id: number): Promise<void> {
    return this.http.post(`/koreader/unmatched/${id}/dismiss`);
  }

  restoreUnmatched(id: number): Promise<void> {
    return this.http.post(`/koreader/unmatched/${id}/restore`);
  }

  listLinks(): Promise<readonly DocumentLink[]> {
    return this.http.get('/koreader/links');
  }

  deleteLink(id: number): Promise<void> {
    return this.http.delete(`/koreader/links/${id}`);
  }
}
