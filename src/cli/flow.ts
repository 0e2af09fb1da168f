import { clean, type Look, widthOf } from './layout.ts';

/** Text that arrives in pieces, broken at blanks before the terminal would break it within a word. */
export interface Flow {
  write(piece: string): void;
  /** Ends the line that is being written, if one is. */
  end(): void;
}

const WIDEST_TEXT = 84;

/** Columns of running text: as wide as there are, as narrow as reads well. */
export function textWidth({ columns }: Look): number {
  return Math.max(20, Math.min(columns, WIDEST_TEXT));
}

export function createFlow(look: Look, write: (text: string) => void): Flow {
  const width = textWidth(look);
  let column = 0;
  let word = '';
  let blanks = '';

  function flushWord(): void {
    if (word === '') return;
    const needed = widthOf(word);
    if (column > 0 && column + blanks.length + needed > width) {
      write('\n');
      column = 0;
    } else {
      write(blanks);
      column += blanks.length;
    }
    write(word);
    column += needed;
    word = '';
    blanks = '';
  }

  return {
    write(piece) {
      for (const character of clean(piece)) {
        if (character === '\n') {
          flushWord();
          write('\n');
          column = 0;
          blanks = '';
        } else if (character === ' ') {
          flushWord();
          blanks += ' ';
        } else {
          word += character;
        }
      }
    },
    end() {
      flushWord();
      if (column > 0) write('\n');
      column = 0;
      blanks = '';
    },
  };
}
