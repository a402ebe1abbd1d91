import { type EpubFile, openEpub } from '@bookorbit/book-files';
import {
  buildDocumentIndex,
  collectStyleSheets,
  decodeDocument,
  type DocumentIndex,
  type DocumentSource,
  documentSourceOf,
  mayHaveText,
  onlyPageOf,
  type PositionedBook,
} from '@bookorbit/domain-positions';

/** Decoded documents are kept until they have this many characters together. */
const MOST_KEPT_CHARACTERS = 2 * 1024 * 1024;

/** An EPUB as `BookPositions` wants it: documents are read from the zip when asked for, each once while it is kept. */
export class EpubBook implements PositionedBook {
  readonly spine: PositionedBook['spine'];
  private readonly file: EpubFile;
  private readonly domVersion: number;
  private readonly texts = new Map<number, string | undefined>();
  private readonly sheets = new Map<string, string | undefined>();
  private keptCharacters = 0;

  private constructor(file: EpubFile, domVersion: number) {
    this.file = file;
    this.domVersion = domVersion;
    const { packagePath, spineStep, spine, mimetype, entryNames } = file;
    this.spine = { packagePath, spineStep, items: spine, onlyPage: onlyPageOf(mimetype, entryNames) };
  }

  /** Throws what `openEpub` throws. */
  static async open(path: string, domVersion: number): Promise<EpubBook> {
    return new EpubBook(await openEpub(path), domVersion);
  }

  async loadDocument(spineIndex: number): Promise<DocumentIndex> {
    return buildDocumentIndex(await this.documentSource(spineIndex), this.domVersion);
  }

  async loadText(spineIndex: number): Promise<string | undefined> {
    if (this.texts.has(spineIndex)) return this.texts.get(spineIndex);
    const item = this.spine.items[spineIndex];
    const path = item !== undefined && mayHaveText(item) ? item.zipPath : undefined;
    const text = path === undefined ? undefined : decodeDocument(await this.file.readEntry(path));
    this.texts.set(spineIndex, text);
    this.keptCharacters += text?.length ?? 0;
    for (const [oldest, kept] of this.texts) {
      if (this.keptCharacters <= MOST_KEPT_CHARACTERS || oldest === spineIndex) break;
      this.texts.delete(oldest);
      this.keptCharacters -= kept?.length ?? 0;
    }
    return text;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async loadSheet(zipPath: string): Promise<string | undefined> {
    if (this.sheets.has(zipPath)) return this.sheets.get(zipPath);
    const sheet = await this.file.readEntry(zipPath).then(decodeDocument, () => undefined);
    this.sheets.set(zipPath, sheet);
    return sheet;
  }

  /** What the index of one spine item is built from. */
  async documentSource(spineIndex: number): Promise<DocumentSource> {
    const item = this.spine.items[spineIndex];
    if (item === undefined) throw new Error(`the spine has no item ${spineIndex}`);
    const text = await this.loadText(spineIndex);
    const path = item.zipPath ?? '';
    const styleSheets = text === undefined ? [] : await collectStyleSheets(text, path, (each) => this.loadSheet(each));
    return documentSourceOf(this.spine, item, text, styleSheets);
  }
}
