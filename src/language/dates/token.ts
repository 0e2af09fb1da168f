export interface Token {
  /** Lower case, straight apostrophes, without a possessive "'s". */
  readonly text: string;
  readonly kind: 'word' | 'number' | 'mark';
  readonly start: number;
  readonly end: number;
  /** Nothing stands between this token and the one before. */
  readonly isJoined: boolean;
  readonly isCapital: boolean;
}

/** What the rules must know before anything is resolved: "03/04/29" is a different day by either. */
export interface Settings {
  readonly dateOrder: 'MDY' | 'DMY';
  /** The current year. */
  readonly year: number;
}

/** A text cut into tokens, with what the rules have found in it so far. */
export interface Source {
  readonly text: string;
  readonly settings: Settings;
  readonly tokens: readonly Token[];
  readonly found: Map<object, Map<number, unknown>>;
}

const TOKEN = /(\d+)|(\p{L}+(?:['’]\p{L}+)*)|(\S)/gu;

/** Runs of digits, words (with inner apostrophes) and single other signs; "3pm" is two tokens. */
export function tokenize(text: string, settings: Settings): Source {
  const tokens: Token[] = [];
  let last = -1;
  for (const match of text.matchAll(TOKEN)) {
    const [raw, digits, letters] = match;
    const start = match.index;
    const end = start + raw.length;
    const kind = digits ? 'number' : letters ? 'word' : 'mark';
    const lower = raw.toLowerCase().replaceAll('’', "'");
    tokens.push({
      text: kind === 'word' ? lower.replace(/'s$/, '') : lower,
      kind,
      start,
      end,
      isJoined: start === last,
      isCapital: kind === 'word' && raw.charAt(0) !== lower.charAt(0),
    });
    last = end;
  }
  return { text, settings, tokens, found: new Map() };
}
