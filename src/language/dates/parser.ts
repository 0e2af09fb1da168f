import type { Settings, Source, Token } from './token.ts';

export interface Parsed<Value> {
  readonly value: Value;
  /** The index of the token after the last one taken. */
  readonly end: number;
}

/** Reads a value from the tokens at a place, or finds that none stands there. */
export type Parser<Value> = (source: Source, at: number) => Parsed<Value> | undefined;

type Values<Parts extends readonly Parser<unknown>[]> = {
  [Index in keyof Parts]: Parts[Index] extends Parser<infer Value> ? Value : never;
};

/** One part after the other; `build` may still refuse by returning `undefined`. */
export function rule<const Parts extends readonly Parser<unknown>[], Value>(
  parts: Parts,
  build: (...values: Values<Parts>) => Value | undefined,
): Parser<Value> {
  return (source, at) => {
    const values: unknown[] = [];
    let place = at;
    for (const part of parts) {
      const parsed = part(source, place);
      if (!parsed) return undefined;
      values.push(parsed.value);
      place = parsed.end;
    }
    // The values were pushed in the order of the parts, so they have the tuple's type.
    const value = build(...(values as Values<Parts>));
    return value === undefined ? undefined : { value, end: place };
  };
}

/** The first alternative that fits. */
export function either<Value>(...parsers: readonly Parser<Value>[]): Parser<Value> {
  return (source, at) => {
    for (const parser of parsers) {
      const parsed = parser(source, at);
      if (parsed) return parsed;
    }
    return undefined;
  };
}

/** The alternative that takes most tokens; of equals the first. */
export function longest<Value>(...parsers: readonly Parser<Value>[]): Parser<Value> {
  return (source, at) => {
    let best: Parsed<Value> | undefined;
    for (const parser of parsers) {
      const parsed = parser(source, at);
      if (parsed && (!best || parsed.end > best.end)) best = parsed;
    }
    return best;
  };
}

export function maybe<Value>(parser: Parser<Value>): Parser<Value | undefined> {
  return (source, at) => parser(source, at) ?? { value: undefined, end: at };
}

export function map<From, To>(parser: Parser<From>, build: (value: From) => To | undefined): Parser<To> {
  return rule([parser], build);
}

/** Looks once at each place of a text and remembers. */
export function memo<Value>(parser: Parser<Value>): Parser<Value> {
  const key = {};
  return (source, at) => {
    let places = source.found.get(key);
    if (!places) {
      places = new Map();
      source.found.set(key, places);
    }
    if (places.has(at)) {
      // Only this parser writes under its own key.
      return places.get(at) as Parsed<Value> | undefined;
    }
    const parsed = parser(source, at);
    places.set(at, parsed);
    return parsed;
  };
}

/** Lets a rule use one that is defined further down. */
export function lazy<Value>(get: () => Parser<Value>): Parser<Value> {
  return (source, at) => get()(source, at);
}

export function token(accepts: (token: Token) => boolean): Parser<Token> {
  return (source, at) => {
    const found = source.tokens[at];
    return found && accepts(found) ? { value: found, end: at + 1 } : undefined;
  };
}

/** A table of phrases and their values; the longest phrase that fits wins. "a-b" in the text also fits "a b". */
export function dictionary<Value>(entries: Iterable<readonly [phrase: string, value: Value]>): Parser<Value> {
  const byFirst = new Map<string, { words: readonly string[]; value: Value }[]>();
  for (const [phrase, value] of entries) {
    const words = phrase.split(' ');
    const [first = ''] = words;
    byFirst.set(
      first,
      [...(byFirst.get(first) ?? []), { words, value }].sort((a, b) => b.words.length - a.words.length),
    );
  }
  return (source, at) => {
    const first = source.tokens[at];
    const candidates = first && byFirst.get(first.text);
    if (!candidates) return undefined;
    for (const { words, value } of candidates) {
      const end = endOfWords(source, at, words);
      if (end) return { value, end };
    }
    return undefined;
  };
}

function endOfWords({ tokens }: Source, at: number, words: readonly string[]): number | undefined {
  let place = at;
  for (const [index, word] of words.entries()) {
    if (index > 0 && tokens[place]?.text === '-' && word !== '-' && tokens[place + 1]?.isJoined) place += 1;
    if (tokens[place]?.text !== word) return undefined;
    place += 1;
  }
  return place;
}

/** One of several phrases, separated by " | "; the value is the phrase. */
export function phrase(alternatives: string): Parser<string> {
  return dictionary(alternatives.split('|').map((words) => [words.trim(), words.trim()]));
}

/** A pattern (sticky) over the raw text; it must end where a token ends. */
export function pattern<Value>(
  expression: RegExp,
  build: (match: RegExpExecArray, settings: Settings) => Value | undefined,
): Parser<Value> {
  const sticky = new RegExp(expression.source, `${expression.flags.replace('y', '')}y`);
  return (source, at) => {
    const first = source.tokens[at];
    if (!first) return undefined;
    sticky.lastIndex = first.start;
    const match = sticky.exec(source.text);
    if (!match) return undefined;
    const stop = first.start + match[0].length;
    let end = at;
    while ((source.tokens[end]?.end ?? Number.POSITIVE_INFINITY) <= stop) end += 1;
    if (end === at || source.tokens[end - 1]?.end !== stop) return undefined;
    const value = build(match, source.settings);
    return value === undefined ? undefined : { value, end };
  };
}

/** Nothing is taken; fails where the parser fits. */
export function unless(parser: Parser<unknown>): Parser<true> {
  return (source, at) => (parser(source, at) ? undefined : { value: true, end: at });
}

/** What stands ahead, without taking it. */
export function peek<Value>(parser: Parser<Value>): Parser<Value> {
  return (source, at) => {
    const parsed = parser(source, at);
    return parsed && { value: parsed.value, end: at };
  };
}

/** Nothing is taken; fails where the parser does not fit. */
export function ahead(parser: Parser<unknown>): Parser<true> {
  return (source, at) => (parser(source, at) ? { value: true, end: at } : undefined);
}

/** The token is written without a space after the one before. */
export const joined: Parser<true> = (source, at) => (source.tokens[at]?.isJoined ? { value: true, end: at } : undefined);
