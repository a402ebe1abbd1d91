/** The ISBN-13 that a text is or holds after "isbn:", digits only; undefined when the check digit is wrong. */
export function isbnOf(text: string): string | undefined {
  const written = text.slice(0, 100).replace(/^\s*(?:urn:)?(?:e-?)?isbn(?:-?1[03])?[\s:=]*/i, '');
  const digits = written.replace(/[\s\u2010-\u2015-]/g, '').toUpperCase();
  if (/^97[89]\d{10}$/.test(digits)) return checkDigit13(digits) === digits[12] ? digits : undefined;
  if (/^\d{9}[\dX]$/.test(digits)) return isValidIsbn10(digits) ? isbn13Of(digits) : undefined;
  return undefined;
}

function isbn13Of(isbn10: string): string {
  const stem = `978${isbn10.slice(0, 9)}`;
  return stem + checkDigit13(stem);
}

function checkDigit13(digits: string): string {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += Number(digits[i]) * (i % 2 === 0 ? 1 : 3);
  return String((10 - (sum % 10)) % 10);
}

function isValidIsbn10(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 10; i++) sum += (10 - i) * (digits[i] === 'X' ? 10 : Number(digits[i]));
  return sum % 11 === 0;
}
