import type { RunTable } from '../columns/runs.ts';
import { INDEX_VERSION } from '../document-index.ts';
import type { DocumentIndex } from '../document-index.ts';
import type { DomView } from '../dom/dom-view.ts';
import type { EngineView } from '../engine/engine-view.ts';
import type { KoboView } from '../kobo/kobo-view.ts';
import { endsOf, lengthsOf, storedFlags, withOrdinals, withSteps } from './derived-columns.ts';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.ts';

const SIGNATURE = 'bookorbit-positions';
const KINDS = ['document', 'svg', 'placeholder'] as const;

/** Makes bytes of an index, for a file or a database: two fifths of the document's size, and a twelfth once compressed. */
export function serializeIndex(index: DocumentIndex): Uint8Array {
  const writer = new ByteWriter();
  writer.text(SIGNATURE);
  writer.number(INDEX_VERSION);
  writer.number(KINDS.indexOf(index.kind));
  writeEngine(writer, index.engine);
  writer.number(index.dom === undefined ? 0 : 1);
  if (index.dom !== undefined) writeDom(writer, index.dom);
  writeKobo(writer, index.kobo);
  writer.column(index.unread);
  return writer.toBytes();
}

/** Makes an index of bytes again; undefined when they are of another version or damaged, so that it has to be built anew. */
export function deserializeIndex(bytes: Uint8Array): DocumentIndex | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.text() !== SIGNATURE || reader.number() !== INDEX_VERSION) return undefined;
    const kind = KINDS[reader.number()];
    if (kind === undefined) return undefined;
    const engine = readEngine(reader);
    const dom = reader.number() === 0 ? undefined : readDom(reader);
    return { kind, engine, dom, kobo: readKobo(reader), unread: reader.column() };
  } catch (error) {
    if (error instanceof DamagedBytes) return undefined;
    throw error;
  }
}

function writeEngine(writer: ByteWriter, { names, elements, texts, runs }: EngineView): void {
  writer.texts(names);
  for (const column of [elements.parent, elements.name, elements.source]) writer.column(column);
  writer.column(storedFlags(elements.flags));
  for (const column of [texts.element, texts.firstRun, texts.length, texts.source]) writer.column(column);
  writer.column(lengthsOf(texts.source, texts.sourceEnd));
  writer.column(storedFlags(texts.flags));
  writeRuns(writer, runs);
}

// Fields of an object literal are filled in the order they are written, which is the order of the columns.
function readEngine(reader: ByteReader): EngineView {
  const names = reader.texts();
  const elements = {
    parent: reader.column(),
    name: reader.column(),
    source: reader.column(),
    flags: reader.smallColumn(),
  };
  const texts = {
    element: reader.column(),
    firstRun: reader.column(),
    length: reader.column(),
    source: reader.column(),
    sourceEnd: reader.column(),
    flags: reader.smallColumn(),
  };
  const sourceEnd = endsOf(texts.source, texts.sourceEnd);
  return { names, ...withOrdinals(elements, { ...texts, sourceEnd }), runs: readRuns(reader) };
}

function writeDom(writer: ByteWriter, { elements, chunks, runs, ids, isWellFormed }: DomView): void {
  for (const column of [elements.parent, elements.source, elements.id]) writer.column(column);
  for (const column of [chunks.element, chunks.firstRun, chunks.length, chunks.source]) writer.column(column);
  writer.column(lengthsOf(chunks.source, chunks.sourceEnd));
  writeRuns(writer, runs);
  writer.texts(ids);
  writer.number(isWellFormed ? 1 : 0);
}

function readDom(reader: ByteReader): DomView {
  const elements = { parent: reader.column(), source: reader.column(), id: reader.column() };
  const chunks = {
    element: reader.column(),
    firstRun: reader.column(),
    length: reader.column(),
    source: reader.column(),
    sourceEnd: reader.column(),
  };
  const sourceEnd = endsOf(chunks.source, chunks.sourceEnd);
  return {
    ...withSteps(elements, { ...chunks, sourceEnd }),
    runs: readRuns(reader),
    ids: reader.texts(),
    isWellFormed: reader.number() === 1,
  };
}

function writeKobo(writer: ByteWriter, { paragraph, segment, source, sourceEnd, isKepub }: KoboView): void {
  for (const column of [paragraph, segment, source, lengthsOf(source, sourceEnd)]) writer.column(column);
  writer.number(isKepub ? 1 : 0);
}

function readKobo(reader: ByteReader): KoboView {
  const [paragraph, segment, source] = [reader.column(), reader.column(), reader.column()];
  return { paragraph, segment, source, sourceEnd: endsOf(source, reader.column()), isKepub: reader.number() === 1 };
}

function writeRuns(writer: ByteWriter, { position, source, span }: RunTable): void {
  for (const column of [position, source, span]) writer.column(column);
}

function readRuns(reader: ByteReader): RunTable {
  return { position: reader.column(), source: reader.column(), span: reader.column() };
}
