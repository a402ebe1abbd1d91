import { deflateSync } from 'node:zlib';

/** A PDF of seven empty pages whose objects lie in the open, with a table of cross references. */
export function pdfWithTable({
  trailer = '',
  extra = [],
}: { trailer?: string; extra?: readonly Buffer[] } = {}): Buffer {
  const title = `<${Buffer.from('\uFEFFA (nested) title – Ж', 'utf16le').swap16().toString('hex')}>`;
  const objects = [
    `<</Type/Catalog/Pages 2 0 R${extra.length > 0 ? '/Metadata 12 0 R' : ''}>>`,
    `<</Type/Pages/Count 3 0 R/Kids[${pages.map((_, i) => `${i + 5} 0 R`).join(' ')}]>>`,
    '7',
    `<</Title ${title}/Author(Jane\\040Doe)/Subject(Sub\\\nject)>>`,
    ...pages,
  ].map((object) => Buffer.from(object, 'latin1'));
  const parts: Buffer[] = [Buffer.from('%PDF-1.4\n')];
  let at = parts[0]?.length ?? 0;
  const lines = [...objects, ...extra].map((object, i) => {
    const part = Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]);
    parts.push(part);
    at += part.length;
    return `${String(at - part.length).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 1\n0000000000 65535 f \n1 ${lines.length}\n${lines.join('')}`;
  const end = `trailer\n<<${trailer}/Root 1 0 R/Info 4 0 R/Size ${lines.length + 1}>>\nstartxref\n${at}\n%%EOF`;
  return Buffer.concat([...parts, Buffer.from(table + end, 'latin1')]);
}

const pages = Array.from({ length: 7 }, () => '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>>');

/** A stream object that unpacks to `bytes`. */
export function pdfStream(dictionary: string, bytes: Buffer): Buffer {
  const packed = deflateSync(bytes);
  const head = `<<${dictionary}/Filter/FlateDecode/Length ${packed.length}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head), packed, Buffer.from('\nendstream')]);
}

/** One page; catalog, pages and information lie in an object stream; the cross references are a stream with a predictor. */
export function pdfWithStream(): Buffer {
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]>>';
  const packed = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Count 1/Kids[4 0 R]>>', '<</Title(Packed)>>', page];
  const index =
    packed.map((_, i) => `${i + 1} ${packed.slice(0, i).join(' ').length + (i > 0 ? 1 : 0)}`).join(' ') + ' ';
  const start = Buffer.from('%PDF-1.5\n');
  const objects = pdfStream(
    `/Type/ObjStm/N ${packed.length}/First ${index.length}`,
    Buffer.from(index + packed.join(' ')),
  );
  const holder = Buffer.concat([Buffer.from('5 0 obj\n'), objects, Buffer.from('\nendobj\n')]);
  const rows = [[0, 0, 0, 255], [2, 0, 5, 0], [2, 0, 5, 1], [2, 0, 5, 2], [2, 0, 5, 3], [1, 0, start.length, 0]]; // prettier-ignore
  const up = rows.map((row, i) => [2, ...row.map((value, j) => (value - (rows[i - 1]?.[j] ?? 0)) & 0xff)]);
  const dictionary = '/Type/XRef/W[1 2 1]/Size 6/Root 1 0 R/Info 3 0 R/DecodeParms<</Predictor 12/Columns 4>>';
  return Buffer.concat([
    start,
    holder,
    Buffer.from('6 0 obj\n'),
    pdfStream(dictionary, Buffer.from(up.flat())),
    Buffer.from(`\nendobj\nstartxref\n${start.length + holder.length}\n%%EOF`),
  ]);
}
