type State = 'text' | 'after-stop' | 'after-quote' | 'after-space';

/**
 * Where KEPUB makers cut a text into sentences: behind one of `.!?`, at most one closing quote or ellipsis, and the white space after
 * them. Told the text character by character, answers whether a new sentence starts in front of it.
 */
export class SentenceSplitter {
  private state: State = 'text';

  startsSentence(character: string): boolean {
    const isCut = this.state === 'after-space' && !isSpace(character);
    this.state = isCut ? nextState('text', character) : nextState(this.state, character);
    return isCut;
  }
}

function nextState(state: State, character: string): State {
  if (character === '.' || character === '!' || character === '?') return 'after-stop';
  switch (state) {
    case 'text':
      return 'text';
    case 'after-stop':
      if (isClosing(character)) return 'after-quote';
      return isSpace(character) ? 'after-space' : 'text';
    case 'after-quote':
      return isSpace(character) ? 'after-space' : 'text';
    case 'after-space':
      return 'after-space';
  }
}

function isClosing(character: string): boolean {
  return `'"”’“…`.includes(character);
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f';
}
