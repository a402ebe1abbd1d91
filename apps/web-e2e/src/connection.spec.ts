import { withReader } from './support/bench.ts';
import { sendHighlights, highlight } from './support/plugin-requests.ts';

describe('A page that stays open', () => {
  const bench = withReader();

  it('says that the server has gone away though nobody asks it for anything, and takes that back when it is there again', async () => {
    const { page, reader, server } = bench;
    await page.goto('/highlights');
    await page.getByRole('heading', { name: 'Nothing highlighted yet' }).waitFor();
    const notice = page.getByText('BookOrbit cannot be reached.');
    await server.goAway();
    await notice.waitFor();
    await server.comeBack();
    await notice.waitFor({ state: 'detached' });
    // And it follows what happens there again.
    await sendHighlights(reader.plugin(), reader.hashOf('Dracula'), [highlight(1)]);
    await page.getByText('Passage number 1.', { exact: true }).waitFor();
  });
});
