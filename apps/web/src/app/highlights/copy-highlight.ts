import type { AnnotationDetail } from '@bookorbit/contracts';
import { type Notices, writeToClipboard } from '../ui/index.ts';

/** Puts the text of a highlight and its note on the clipboard, and says whether the browser let it. */
export async function copyHighlight(
  { text, note }: Pick<AnnotationDetail, 'text' | 'note'>,
  notices: Notices,
): Promise<void> {
  try {
    await writeToClipboard([text, note].filter(Boolean).join('\n\n'));
    notices.say($localize`Copied.`);
  } catch {
    notices.say($localize`Your browser does not let this page copy. Select the text and copy it by hand.`);
  }
}
