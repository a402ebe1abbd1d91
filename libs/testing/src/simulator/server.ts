/** What came back. */
export interface SimulatedAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A book of the library as its devices hold it. */
export interface SimulatedBook {
  readonly bookId: number;
  readonly fileId: number;
  /** KOReader's fingerprint of the file. */
  readonly hash: string;
  /** The same book zipped anew, as some devices hold it: another fingerprint, the same content. */
  readonly rezipped?: { readonly hash: string; readonly contentSignature: readonly string[] };
  /** The same file once more in the same book: devices are taken for having the other, which was there first. */
  readonly isCopy?: boolean;
  /** Its pages are numbered; it has no text. */
  readonly isPaged: boolean;
}

/** Somebody with an account, devices and a browser. Both throw {@link ConnectionLost} when no answer came. */
export interface SimulatedPerson {
  readonly books: readonly SimulatedBook[];
  /** @param path Below `/api/v1/koreader/`. */
  device(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<SimulatedAnswer>;
  /** Only where the server runs in this process. */
  readonly kobo?: SimulatedKobo;
  /** @param path Below `/api/v1/`. */
  web(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<SimulatedAnswer>;
}

/**
 * A Kobo of the same person, as the server's use cases know that source: it has no route of its own yet. Times are unix seconds; what it makes has
 * the span it said and the pointer that was found for it.
 */
export interface SimulatedKobo {
  read(
    fileId: number,
    place: { readonly percentage: number; readonly koboSpan: string },
    readAt: number,
  ): Promise<void>;
  makeNote(
    fileId: number,
    note: {
      readonly text: string;
      readonly koboSpan: string;
      readonly koboSpanEnd: string;
      readonly xpointer: string;
      readonly xpointerEnd: string;
    },
  ): Promise<void>;
  editNote(annotationId: number, note: string): Promise<void>;
  deleteNote(annotationId: number): Promise<void>;
}

/** A server as the simulator sees it: in this process, or real ones over HTTP. */
export interface SimulatedServer {
  /** Sets the clock it answers by, unix seconds. */
  setTime(seconds: number): Promise<void>;
  addPerson(timeZone: string): Promise<SimulatedPerson>;
  /** Ends a process with `kill -9`, in the midst of what it is doing, and starts it again; absent where there is no process to end. */
  crash?(): Promise<void>;
}

/** No answer came: whether the request arrived, nobody knows. */
export class ConnectionLost extends Error {}
