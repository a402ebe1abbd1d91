import { Injectable } from '@nestjs/common';
import { type FingerprintMatch, LIMITS, type MatchCheckAnswer, type RejectedItem } from '@bookorbit/contracts';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { arrayOf, checkItems, leavesBadItemsOut, seenDevice, serverEnvelope } from '../device/index.ts';
import { Refusal } from '../http/index.ts';
import { readLibraryVersion } from '../libraries/index.ts';
import { MatchCheckBookDto, type MatchCheckDto } from './match-check.dto.ts';
import { type AskedDocument, type DocumentMatch, MatchDocuments } from './match-documents.ts';

const FINGERPRINT = /^[0-9a-f]{32}$/;

/** Tells a device which of its fingerprints are files the user may read. */
@Injectable()
export class CheckMatches {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  async run(
    device: DevicePrincipal,
    request: MatchCheckDto,
  ): Promise<MatchCheckAnswer & { readonly rejected?: readonly RejectedItem[] }> {
    const now = this.clock.now();
    const { asked, rejected } = askedOf(request);
    return this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, device.userId, asked, now);
      // A bare fingerprint tells a person nothing; only what has a name is worth showing.
      const worthNoting = asked.filter(
        ({ document, title }) => title !== undefined || matches.get(document)?.kind !== 'unmatched',
      );
      await this.matchDocuments.noteLoose(tx, device.userId, request.deviceId, worthNoting, matches, now);
      // Last, as wherever a device is noted: rows locked in one order everywhere cannot deadlock.
      await this.devices.noteSeen(tx, device.userId, seenDevice(request, device), now);
      return {
        ...serverEnvelope(now),
        matches: asked.flatMap(({ document }) => matchAnswer(document, matches.get(document))),
        libraryVersion: await readLibraryVersion(tx),
        ...(rejected.length > 0 && { rejected }),
      };
    });
  }
}

function askedOf(request: MatchCheckDto): { asked: AskedDocument[]; rejected: readonly RejectedItem[] } {
  const leavesOut = leavesBadItemsOut(request);
  const rejected: RejectedItem[] = [];
  const hashes = new Set<string>();
  const sent = arrayOf(request.hashes, 'hashes', LIMITS.matchCheckHashes);
  if (sent.length === 0)
    throw new Refusal('bad_request', 'hashes is empty; send at least one fingerprint.', { field: 'hashes' });
  for (const [index, value] of sent.entries()) {
    const hash = typeof value === 'string' ? value.toLowerCase() : '';
    const path = `hashes[${index}]`;
    if (FINGERPRINT.test(hash)) hashes.add(hash);
    else if (leavesOut) rejected.push({ path, reason: `${path} must be 32 hex digits.` });
    else throw new Refusal('bad_request', `${path} must be 32 hex digits.`, { field: path });
  }
  const books = checkItems(MatchCheckBookDto, request.books, 'books', LIMITS.matchCheckHashes, leavesOut);
  const bookByHash = new Map(books.items.map(({ item }) => [item.hash, item]));
  const asked = [...hashes].map((document) => askedDocument(document, bookByHash.get(document)));
  return { asked, rejected: [...rejected, ...books.rejected] };
}

function askedDocument(document: string, book: MatchCheckBookDto | undefined): AskedDocument {
  return {
    document,
    contentSignature: book?.contentSignature,
    alsoKnownAs: book?.alsoKnownAs,
    title: book?.title,
    authors: book?.authors,
  };
}

function matchAnswer(hash: string, match: DocumentMatch | undefined): FingerprintMatch[] {
  if (match?.kind !== 'matched' || match.matchedBy === 'name') return [];
  const { bookId, bookFileId, matchedBy, title } = match;
  return [{ hash, bookId, bookFileId, matchedBy, title }];
}
