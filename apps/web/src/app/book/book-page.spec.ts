import { paragraphsOf } from './book-page.ts';
import { sayCameFrom } from './say-came-from.ts';
import { sayLanguage } from './say-language.ts';

it('shows only the words of a description, whatever markup the file put in it', () => {
  expect(
    paragraphsOf('<p>A <b>single</b> man &amp; a fortune.</p><script>alert(1)</script><p>Second<br/>line</p>'),
  ).toEqual(['A single man & a fortune.', 'Second', 'line']);
  expect(paragraphsOf('Plain, with 1 < 2.\n\nNext.')).toEqual(['Plain, with 1 < 2.', 'Next.']);
});

it('names a language, and lets an unknown tag stand', () => {
  expect(sayLanguage('de')).toBe('German');
  expect(sayLanguage('not a tag')).toBe('not a tag');
});

it('says who reported a place', () => {
  expect(sayCameFrom({ source: 'koreader', deviceName: 'Kobo Libra 2' })).toBe('KOReader · Kobo Libra 2');
  expect(sayCameFrom({ source: 'web', deviceName: 'BookOrbit web' })).toBe('BookOrbit on the web');
});
