import { SidecarThread } from './sidecar-thread.ts';

const MEBIBYTES = 4;

/** As large as one may be: thousands of highlights. */
function largeSidecar(): Buffer {
  const items: string[] = [];
  for (let bytes = 0, n = 1; bytes < (MEBIBYTES - 0.1) * 1024 * 1024; n += 1) {
    const pos = `/body/DocFragment[2]/body/p[${n}]/text()`;
    const item = `{["datetime"]="2024-01-01 10:00:00",["drawer"]="lighten",["page"]="${pos}.0",["pos0"]="${pos}.0",["pos1"]="${pos}.9",["text"]="words"},`;
    items.push(item);
    bytes += item.length;
  }
  return Buffer.from(`return {["partial_md5_checksum"]="${'a'.repeat(32)}",["annotations"]={${items.join('')}}}`);
}

describe('SidecarThread', () => {
  let thread: SidecarThread;
  beforeEach(() => {
    thread = new SidecarThread();
  });
  afterEach(() => thread.stop());

  it('lets the others go on while the largest sidecar is read', async () => {
    // The thread has started.
    await thread.read(Buffer.from('return {}'));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const reading = await thread.read(largeSidecar());
    clearInterval(timer);
    expect(reading).toMatchObject({ kind: 'read', sidecar: { fingerprint: 'a'.repeat(32) } });
    expect(reading.kind === 'read' && reading.sidecar?.highlights.length).toBeGreaterThan(10_000);
    expect(turns).toBeGreaterThan(5);
  });

  it('says what is wrong, and reads the next', async () => {
    expect(await thread.read(Buffer.from('return os.exit()'))).toEqual({
      kind: 'fault',
      reason: expect.stringContaining('It cannot be read'),
    });
    expect(await thread.read(Buffer.from('return { 1 }'))).toEqual({ kind: 'read', sidecar: undefined });
  });

  it('gives up on what takes too long, and reads the next', async () => {
    await thread.stop();
    thread = new SidecarThread(1);
    expect(await thread.read(largeSidecar())).toEqual({ kind: 'fault', reason: 'It takes too long to read' });
    thread = new SidecarThread();
    expect(await thread.read(Buffer.from('return {}'))).toMatchObject({ kind: 'read' });
  });
});
