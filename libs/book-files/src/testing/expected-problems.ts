import type { BookFileProblemCode } from '../problem.ts';

/** What a file of the broken corpus is stated to have, and what the corpus's NOTES.tsv says is wrong with it. */
export interface ExpectedProblem {
  readonly file: string;
  readonly problem: BookFileProblemCode;
  readonly note: string;
}

/**
 * The broken files with a problem. All others read well: damage inside a chapter goes unseen, since chapters are not unpacked,
 * and so do faults that readers cope with.
 */
export const EXPECTED_PROBLEMS: readonly ExpectedProblem[] = [
  {
    file: 'central-dir-size-lies.epub',
    problem: 'damaged_archive',
    note: 'central directory claims c1.xhtml inflates to 2 GiB',
  },
  {
    file: 'compression-bzip2.epub',
    problem: 'unsupported_compression',
    note: 'entries compressed with bzip2 (not allowed in EPUB, most readers fail)',
  },
  {
    file: 'compression-lzma.epub',
    problem: 'unsupported_compression',
    note: 'entries compressed with lzma (not allowed in EPUB, most readers fail)',
  },
  { file: 'container-empty.epub', problem: 'epub_no_container', note: 'container.xml of zero bytes' },
  { file: 'container-no-rootfile.epub', problem: 'epub_no_container', note: 'container.xml without rootfile' },
  {
    file: 'container-traversal.epub',
    problem: 'epub_no_container',
    note: 'container.xml rootfile outside the container',
  },
  {
    file: 'debian-audacity-uk-wrapped.epub',
    problem: 'epub_no_container',
    note: 'real Debian file: everything lies under epub/, so there is no META-INF/container.xml at the root',
  },
  {
    file: 'debian-edu-itil-wrapped.epub',
    problem: 'epub_no_container',
    note: 'real Debian file: everything lies under epub/, so there is no META-INF/container.xml at the root',
  },
  {
    file: 'drm-adobe-adept.epub',
    problem: 'drm_adobe',
    note: 'Adobe ADEPT look-alike: rights.xml, encrypted content document (random bytes)',
  },
  { file: 'drm-apple-fairplay.epub', problem: 'drm_apple', note: 'Apple FairPlay look-alike' },
  { file: 'drm-mobi-flag.mobi', problem: 'drm_kindle', note: 'MOBI with PalmDOC encryption type 2 set' },
  { file: 'drm-readium-lcp.epub', problem: 'drm_lcp', note: 'Readium LCP look-alike' },
  { file: 'empty.epub', problem: 'empty_file', note: 'zero bytes' },
  {
    file: 'epubcheck-ocf-container-file-missing-fatal.epub',
    problem: 'epub_no_container',
    note: 'EPUBCheck fixture (zipped here): ocf container file missing fatal',
  },
  {
    file: 'epubcheck-ocf-container-not-ocf-error.epub',
    problem: 'epub_no_container',
    note: 'EPUBCheck fixture: ocf container not ocf error',
  },
  {
    file: 'epubcheck-ocf-encryption-unknown-valid.epub',
    problem: 'drm_other',
    note: 'EPUBCheck fixture (zipped here): ocf encryption unknown valid',
  },
  {
    file: 'epubcheck-ocf-filename-not-utf8-error.epub',
    problem: 'epub_missing_chapters',
    note: 'EPUBCheck fixture: ocf filename not utf8 error',
  },
  {
    file: 'epubcheck-ocf-package-document-missing-fatal.epub',
    problem: 'epub_no_package',
    note: 'EPUBCheck fixture (zipped here): ocf package document missing fatal',
  },
  {
    file: 'epubcheck-ocf-url-leaking-in-opf-error.epub',
    problem: 'epub_missing_chapters',
    note: 'EPUBCheck fixture (zipped here): ocf url leaking in opf error',
  },
  {
    file: 'epubcheck-ocf-zip-unreadable-empty-fatal.epub',
    problem: 'empty_file',
    note: 'EPUBCheck fixture: ocf zip unreadable empty fatal',
  },
  {
    file: 'epubcheck-ocf-zip-unreadable-image-with-epub-extension-fatal.epub',
    problem: 'not_a_book',
    note: 'EPUBCheck fixture: ocf zip unreadable image with epub extension fatal',
  },
  {
    file: 'epubcheck-ocf-zip-unreadable-no-end-header-fatal.epub',
    problem: 'damaged_archive',
    note: 'EPUBCheck fixture: ocf zip unreadable no end header fatal',
  },
  { file: 'html-error-page.epub', problem: 'not_a_book', note: 'web server error page saved as .epub' },
  { file: 'komga-zip-as-epub.epub', problem: 'misnamed', note: 'plain zip named .epub' },
  { file: 'malformed.fb2', problem: 'damaged_content', note: 'cut FB2 (XML not closed)' },
  { file: 'no-container.epub', problem: 'epub_no_container', note: 'META-INF/container.xml missing' },
  { file: 'no-images.cbz', problem: 'comic_no_pages', note: 'CBZ without images' },
  { file: 'no-opf.epub', problem: 'epub_no_package', note: 'container.xml names an OPF that is absent' },
  { file: 'not-a-pdf.pdf', problem: 'damaged_content', note: 'PDF header only' },
  { file: 'one-byte.epub', problem: 'not_a_book', note: 'one byte' },
  { file: 'only-eocd.epub', problem: 'epub_no_container', note: 'empty but valid zip' },
  {
    file: 'opf-bad-idrefs.epub',
    problem: 'epub_missing_chapters',
    note: 'spine idref without manifest item, itemref without idref',
  },
  { file: 'opf-empty-spine.epub', problem: 'epub_no_spine', note: 'empty spine' },
  { file: 'opf-missing-files.epub', problem: 'epub_missing_chapters', note: 'second spine file absent' },
  { file: 'opf-no-spine.epub', problem: 'epub_no_spine', note: 'OPF without spine' },
  { file: 'opf-not-wellformed.epub', problem: 'epub_no_spine', note: 'OPF not well-formed' },
  {
    file: 'path-traversal-href.epub',
    problem: 'epub_missing_chapters',
    note: 'manifest hrefs that point outside the container',
  },
  { file: 'pdf-renamed.epub', problem: 'misnamed', note: 'truncated PDF named .epub' },
  { file: 'rar-header-only.cbr', problem: 'comic_rar', note: 'RAR5 signature then NULs' },
  { file: 'text-renamed.epub', problem: 'not_a_book', note: 'plain text named .epub' },
  { file: 'truncated-half.epub', problem: 'damaged_archive', note: 'zip cut in the middle: no central directory' },
  {
    file: 'truncated-last-1k.epub',
    problem: 'damaged_archive',
    note: 'last 1 KiB cut: end-of-central-directory record missing',
  },
  { file: 'truncated.azw3', problem: 'damaged_content', note: 'cut AZW3' },
  { file: 'truncated.mobi', problem: 'damaged_content', note: 'cut MOBI' },
  { file: 'truncated.pdf', problem: 'damaged_content', note: 'cut PDF: no xref/trailer' },
  {
    file: 'unsupported-method-deflate64.epub',
    problem: 'unsupported_compression',
    note: 'c1.xhtml says compression method 9',
  },
  { file: 'versone-bugfixes-53.epub', problem: 'epub_no_spine', note: 'EpubReader test case BugFixes/53' },
  { file: 'versone-bugfixes-55.epub', problem: 'epub_no_spine', note: 'EpubReader test case BugFixes/55' },
  { file: 'versone-bugfixes-57.epub', problem: 'epub_no_spine', note: 'EpubReader test case BugFixes/57' },
  {
    file: 'versone-features-remotecontent.epub',
    problem: 'epub_no_spine',
    note: 'EpubReader test case Features/RemoteContent',
  },
  {
    file: 'versone-malformed-invalidmanifestitems-epub2.epub',
    problem: 'epub_no_spine',
    note: 'EpubReader test case Malformed/InvalidManifestItems/EPUB2',
  },
  {
    file: 'versone-malformed-invalidmanifestitems-epub3.epub',
    problem: 'epub_no_spine',
    note: 'EpubReader test case Malformed/InvalidManifestItems/EPUB3',
  },
  {
    file: 'versone-malformed-missingcontentfornavigationpoint.epub',
    problem: 'epub_no_spine',
    note: 'EpubReader test case Malformed/MissingContentForNavigationPoint',
  },
  {
    file: 'versone-malformed-missingtoc.epub',
    problem: 'epub_no_spine',
    note: 'EpubReader test case Malformed/MissingToc',
  },
  { file: 'versone-workarounds-xml11.epub', problem: 'epub_no_spine', note: 'EpubReader test case Workarounds/Xml11' },
  { file: 'zip-named.cbr', problem: 'damaged_archive', note: 'cut zip named .cbr' },
  { file: 'zip-password.epub', problem: 'password_protected', note: 'zip-encrypted (ZipCrypto, password "secret")' },
  { file: 'zipbomb-64mb.epub', problem: 'unpacks_too_large', note: '64 MiB of spaces in c1.xhtml (1000:1)' },
  { file: 'zipbomb-opf-32mb.epub', problem: 'unpacks_too_large', note: '32 MiB comment in content.opf' },
];
