import { inflate } from 'node:zlib';
import { promisify } from 'node:util';
import { asCount, asDictionary, asName, type PdfDictionary, type PdfValue } from './pdf-object.ts';

const unzip = promisify(inflate) as (packed: Buffer, options: InflateLimit) => Promise<Buffer>;

interface InflateLimit {
  readonly maxOutputLength: number;
  readonly finishFlush: number;
}

/** Cut or slightly wrong streams are common: take what comes out. */
const SYNC_FLUSH = 2;

/** Undoes the filters of a stream; undefined for filters that metadata never uses and for too much output. */
export async function decodePdfStream(
  dictionary: PdfDictionary,
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const filters = listOf(dictionary.entries.get('Filter')).map(asName);
  if (filters.length === 0) return bytes;
  if (filters.length > 1 || (filters[0] !== 'FlateDecode' && filters[0] !== 'Fl')) return undefined;
  try {
    const plain = await unzip(bytes, { maxOutputLength: maxBytes, finishFlush: SYNC_FLUSH });
    return unpredicted(plain, asDictionary(listOf(dictionary.entries.get('DecodeParms'))[0]));
  } catch {
    return undefined;
  }
}

function listOf(value: PdfValue | undefined): readonly PdfValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Undoes the PNG predictors that cross-reference streams are written with. */
function unpredicted(bytes: Buffer, parameters: PdfDictionary | undefined): Buffer | undefined {
  const predictor = asCount(parameters?.entries.get('Predictor')) ?? 1;
  if (predictor === 1) return bytes;
  const columns = asCount(parameters?.entries.get('Columns')) ?? 1;
  const isPlainBytes = ['Colors', 'BitsPerComponent'].every((key) =>
    [undefined, 1, 8].includes(asCount(parameters?.entries.get(key))),
  );
  if (predictor < 10 || columns < 1 || columns > 64 || !isPlainBytes) return undefined;
  const rows = Math.floor(bytes.length / (columns + 1));
  const plain = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row++) {
    const filter = bytes[row * (columns + 1)] ?? 0;
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const left = column > 0 ? (plain[at - 1] ?? 0) : 0;
      const above = row > 0 ? (plain[at - columns] ?? 0) : 0;
      const corner = row > 0 && column > 0 ? (plain[at - columns - 1] ?? 0) : 0;
      const raw = bytes[row * (columns + 1) + 1 + column] ?? 0;
      plain[at] = raw + predicted(filter, left, above, corner);
    }
  }
  return plain;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const estimate = left + above - corner;
      const [toLeft, toAbove, toCorner] = [left, above, corner].map((each) => Math.abs(estimate - each)) as [
        number,
        number,
        number,
      ];
      return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
    default:
      return 0;
  }
}
