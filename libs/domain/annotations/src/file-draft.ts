import type { Annotation, FileAnnotations, FileChange, Holding } from './annotation.ts';

/** A working copy of what is known of one file: changes are collected in it, and what it was made from stays as it was. */
export class FileDraft {
  readonly deviceId: string;
  private readonly annotations = new Map<number, Annotation>();
  /** Of the asking device. */
  private readonly own = new Map<number, Holding>();
  private readonly changedAnnotations = new Set<number>();
  private readonly changedHoldings = new Set<number>();
  private readonly ownKeys = new Map<string, number>();
  private readonly anyKeys = new Map<string, number>();
  private readonly idsByDatetime = new Map<string, Set<number>>();
  private nextId = -1;

  constructor(file: FileAnnotations, deviceId: string) {
    this.deviceId = deviceId;
    for (const annotation of file.annotations) this.index(annotation);
    for (const holding of file.holdings) {
      if (holding.deviceId === deviceId) this.own.set(holding.annotationId, holding);
      if (holding.key !== undefined) this.noteKey(holding.key, holding.annotationId, holding.deviceId === deviceId);
      if (holding.deviceId === deviceId) this.noteDatetime(holding.datetime, holding.annotationId);
    }
  }

  /** In order of their numbers. */
  all(): Annotation[] {
    return [...this.annotations.values()].sort((a, b) => order(a.id) - order(b.id));
  }

  get(id: number): Annotation | undefined {
    return this.annotations.get(id);
  }

  holding(id: number): Holding | undefined {
    return this.own.get(id);
  }

  ownHoldings(): Holding[] {
    return [...this.own.values()];
  }

  /** The annotation this device, or else any device, knows by the key. */
  findByKey(key: string): Annotation | undefined {
    const id = this.ownKeys.get(key) ?? this.anyKeys.get(key);
    return id === undefined ? undefined : this.annotations.get(id);
  }

  /** Annotations made at a datetime, or that this device holds under it; tombstones too. */
  findByDatetime(datetime: string): Annotation[] {
    return [...(this.idsByDatetime.get(datetime) ?? [])].flatMap((id) => this.annotations.get(id) ?? []);
  }

  add(annotation: Omit<Annotation, 'id'>): Annotation {
    const added = { ...annotation, id: this.nextId };
    this.nextId -= 1;
    this.index(added);
    this.changedAnnotations.add(added.id);
    return added;
  }

  put(annotation: Annotation): Annotation {
    this.annotations.set(annotation.id, annotation);
    this.changedAnnotations.add(annotation.id);
    return annotation;
  }

  /** Changes what the asking device has of an annotation. A key it had before stays known. */
  hold(annotation: Annotation, change: Partial<Holding>): Holding {
    const before = this.own.get(annotation.id) ?? newHolding(annotation, this.deviceId);
    const after: Holding = { ...before, ...change };
    this.own.set(annotation.id, after);
    this.changedHoldings.add(annotation.id);
    if (after.key !== undefined) this.noteKey(after.key, annotation.id, true);
    this.noteDatetime(after.datetime, annotation.id);
    if (before.key !== undefined && before.key !== after.key) this.keepKey(annotation.id, before.key);
    return after;
  }

  change(): FileChange {
    return {
      annotations: [...this.changedAnnotations].flatMap((id) => this.annotations.get(id) ?? []),
      holdings: [...this.changedHoldings].flatMap((id) => this.own.get(id) ?? []),
    };
  }

  private keepKey(id: number, key: string): void {
    const annotation = this.annotations.get(id);
    if (!annotation || annotation.keys.includes(key)) return;
    this.put({ ...annotation, keys: [...annotation.keys, key].slice(-MOST_KEYS) });
  }

  private index(annotation: Annotation): void {
    this.annotations.set(annotation.id, annotation);
    for (const key of annotation.keys) this.noteKey(key, annotation.id, false);
    this.noteDatetime(annotation.datetime, annotation.id);
  }

  private noteKey(key: string, id: number, isOwn: boolean): void {
    const keys = isOwn ? this.ownKeys : this.anyKeys;
    const known = this.annotations.get(keys.get(key) ?? Number.NaN);
    // Two can share a key only when one of them is gone: the living one is meant.
    if (known === undefined || known.deletedAt !== undefined) keys.set(key, id);
  }

  private noteDatetime(datetime: string, id: number): void {
    const ids = this.idsByDatetime.get(datetime) ?? new Set();
    ids.add(id);
    this.idsByDatetime.set(datetime, ids);
  }
}

/** Former keys of one annotation that are remembered: a backup older than that is unlikely. */
export const MOST_KEYS = 64;

/** Those without a number yet come last, in the order they were made. */
function order(id: number): number {
  return id > 0 ? id : Number.MAX_SAFE_INTEGER + id;
}

function newHolding(annotation: Annotation, deviceId: string): Holding {
  return {
    annotationId: annotation.id,
    deviceId,
    hasIt: false,
    datetime: annotation.datetime,
    ackedVersion: 0,
    placeVersion: 0,
    offers: [],
    isDeleteOffered: false,
    timesOffered: 0,
    past: [],
  };
}
