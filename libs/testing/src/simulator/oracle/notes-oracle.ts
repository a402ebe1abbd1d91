/** What can be changed of a highlight; its text tells it from all others. */
export type NoteField = 'note' | 'color' | 'place';

interface NoteRecord {
  /** A request with it reached the server. */
  hasReached: boolean;
  /** Devices that made it and told nobody yet: who deletes it elsewhere does not know of theirs. */
  readonly untoldBy: Set<string>;
  /** Devices and browsers that deleted it on purpose, and whether the server has certainly heard of it. */
  readonly deletions: Map<string, 'pending' | 'heard' | 'doubtful'>;
  wasRestored: boolean;
  /** For each value of a field the value it replaced. */
  readonly replaced: Map<string, string>;
  /** Values that reached the server, `field value`. */
  readonly reachedValues: Set<string>;
}

/** What people did to highlights, appended as they do it, and what must be so in the end because of it. */
export class NotesOracle {
  private readonly notes = new Map<string, NoteRecord>();

  /**
   * A page can be dog-eared again after somebody took its dog-ear away, and on two devices.
   *
   * @param by A device that tells of it later; absent where the server knows it at once.
   */
  made(text: string, by?: string): void {
    const { deletions, untoldBy } = this.recordOf(text);
    for (const each of deletions.keys()) deletions.set(each, 'doubtful');
    if (by !== undefined) untoldBy.add(by);
  }

  reached(text: string, values: Readonly<Partial<Record<NoteField, string>>>): void {
    const record = this.recordOf(text);
    record.hasReached = true;
    for (const [field, value] of Object.entries(values)) record.reachedValues.add(`${field} ${value}`);
  }

  /** @param from What whoever edited it saw; every value is given once only, so that it tells the edit. */
  edited(text: string, field: NoteField, from: string, to: string): void {
    this.recordOf(text).replaced.set(`${field} ${to}`, from);
  }

  /** @param isDoubtful A device that never exchanged the file cannot delete. */
  deleted(text: string, by: string, isDoubtful = false): void {
    const record = this.recordOf(text);
    // Of what the server never heard it need not hear that it is gone.
    const isHeard = by === 'web' ? 'heard' : 'pending';
    const isElsewhereToo = [...record.untoldBy].some((each) => each !== by);
    record.deletions.set(by, isDoubtful || isElsewhereToo || !record.hasReached ? 'doubtful' : isHeard);
  }

  restored(text: string): void {
    const record = this.recordOf(text);
    const isAnyPending = [...record.deletions.values()].some((state) => state !== 'heard');
    // A deletion that was on its way all the time may come after it.
    if (!isAnyPending) record.deletions.clear();
    else for (const by of record.deletions.keys()) record.deletions.set(by, 'doubtful');
    record.wasRestored = true;
  }

  /** A device exchanged everything without trouble: what it made and deleted before is heard of. */
  settled(by: string): void {
    for (const { deletions, untoldBy } of this.notes.values()) {
      if (deletions.get(by) === 'pending') deletions.set(by, 'heard');
      untoldBy.delete(by);
    }
  }

  /** What a device had deleted it has forgotten. */
  doubted(by: string): void {
    for (const { deletions } of this.notes.values()) if (deletions.has(by)) deletions.set(by, 'doubtful');
  }

  /** A device lost everything: what it had deleted and not told is forgotten with it. */
  forgotten(by: string): void {
    for (const { deletions } of this.notes.values()) {
      if (by !== 'old' && deletions.get(by) === 'pending') deletions.set(by, 'doubtful');
    }
  }

  /** The server forgot the device: the next exchange of it is its first, and deletes nothing. */
  unheard(by: string): void {
    for (const { deletions } of this.notes.values()) if (deletions.get(by) === 'pending') deletions.set(by, 'doubtful');
  }

  hasEdits(): boolean {
    return [...this.notes.values()].some(({ replaced }) => replaced.size > 0);
  }

  /** A person said of deletions that they were not meant. */
  doubtedAll(): void {
    for (const { deletions } of this.notes.values()) {
      for (const by of deletions.keys()) deletions.set(by, 'doubtful');
    }
  }

  /** @returns What is wrong with what the server has. */
  judge(living: readonly { readonly text: string; readonly values: Readonly<Record<NoteField, string>> }[]): string[] {
    const faults: string[] = [];
    const counts = new Map<string, number>();
    for (const { text } of living) counts.set(text, (counts.get(text) ?? 0) + 1);
    for (const [text, count] of counts) {
      if (count > 1) faults.push(`"${text}" is there ${count} times`);
      if (!this.notes.has(text)) faults.push(`"${text}" was made by nobody`);
    }
    for (const [text, record] of this.notes) {
      const deletions = [...record.deletions.values()];
      if (record.hasReached && deletions.length === 0 && !counts.has(text)) {
        faults.push(`"${text}" is lost: nobody deleted it`);
      }
      if (deletions.includes('heard') && !deletions.includes('doubtful') && !record.wasRestored && counts.has(text)) {
        faults.push(`"${text}" is back, although ${[...record.deletions.keys()].join(' and ')} deleted it`);
      }
    }
    for (const { text, values } of living) faults.push(...this.judgeValues(text, values));
    return faults;
  }

  private judgeValues(text: string, values: Readonly<Record<NoteField, string>>): string[] {
    const record = this.notes.get(text);
    if (!record) return [];
    const overridden = new Map<string, string>();
    for (const reached of record.reachedValues) {
      const field = reached.slice(0, reached.indexOf(' '));
      let value = record.replaced.get(reached);
      while (value !== undefined && !overridden.has(`${field} ${value}`)) {
        overridden.set(`${field} ${value}`, reached);
        value = record.replaced.get(`${field} ${value}`);
      }
    }
    return Object.entries(values).flatMap(([field, value]) => {
      const by = overridden.get(`${field} ${value}`);
      return by === undefined ? [] : [`"${text}" has the ${field} "${value}" again, which "${by}" had replaced`];
    });
  }

  private recordOf(text: string): NoteRecord {
    const known = this.notes.get(text);
    if (known) return known;
    const record: NoteRecord = {
      hasReached: false,
      untoldBy: new Set(),
      deletions: new Map(),
      wasRestored: false,
      replaced: new Map(),
      reachedValues: new Set(),
    };
    this.notes.set(text, record);
    return record;
  }
}
