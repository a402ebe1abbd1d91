import { Injectable, inject } from '@angular/core';
import type {
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
