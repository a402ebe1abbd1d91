import { makeChapterBook, makeThreeChapters } from './make-chapter-book.ts';

const CHAPTERS = ['one', 'two', 'three'].map(
  (name) =>
    `<h1>Chapter ${name}</h1><p>In chapter ${name} the <i>grey</i> cat sat on the ${name}fold mat.</p>` +
    `<p>It rained in chapter ${name} until the ${name}th evening came.</p>`,
);

/** What happens to a book between two readings: a name, the file it becomes, and where its second chapter's first paragraph is then. */
export const CHAPTER_EDITS: readonly (readonly [edit: string, content: Buffer, block: string])[] = [
  ['a new paragraph in front', makeThreeChapters('<p>A paragraph nobody knew.</p>'), '/body/DocFragment[2]/body/p[2]'],
  ['a title page', makeChapterBook(['<h1>A title page</h1>', ...CHAPTERS]), '/body/DocFragment[3]/body/p[1]'],
  [
    'a corrected typo nearby',
    makeChapterBook(CHAPTERS.map((each) => each.replace('the <i>grey</i> cat', 'that very <i>gray</i> cat'))),
    '/body/DocFragment[2]/body/p[1]',
  ],
  [
    'other markup around it',
    makeChapterBook(CHAPTERS.map((each) => `<section>${each.replaceAll('p>', 'div>')}</section>`)),
    '/body/DocFragment[2]/body/section/div[1]',
  ],
  [
    'reflowed white space',
    makeChapterBook(CHAPTERS.map((each) => each.replaceAll(' ', '\n   '))),
    '/body/DocFragment[2]/body/p[1]',
  ],
  [
    'another style sheet',
    makeChapterBook(CHAPTERS.map((each) => `<style>i{color:red}</style>${each}`)),
    '/body/DocFragment[2]/body/p[1]',
  ],
  ['nothing but new metadata', makeChapterBook(CHAPTERS, 'Another title'), '/body/DocFragment[2]/body/p[1]'],
];
