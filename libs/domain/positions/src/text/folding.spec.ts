import { foldText, plainCharacter } from './folding.ts';

describe('folding', () => {
  it('leaves letters and digits, Latin ones without accents', () => {
    expect(foldText('„Große Épées“, — na\u0131ve cafe\u0301\u00ad s 12 №')).toBe('GroßeEpeesnaıvecafes12');
    expect(foldText('Ѐлка 漢字 हिन्दी שָׁלוֹם')).toBe('Ѐлка漢字हिन्दीשָׁלוֹם');
  });

  it('takes the letters of formulas for plain ones, whichever alphabet they are of', () => {
    expect(foldText('𝑎𝒃𝓒𝔡𝕖𝖋𝗴𝘩𝙞𝚓 ℎℋℝℓ 𝛼𝛺𝟗 𞸀')).toBe('abCdefghijhHRlαΩ9ا');
    expect(plainCharacter('\u2212')).toBe('-');
    expect(['a', 'é', '№', '💩', '™'].map(plainCharacter)).toEqual(['a', 'é', '№', '💩', '™']);
  });
});
