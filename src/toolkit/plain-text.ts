import type { Card } from './card.ts';

/** What a terminal obeys, whole: colours, movements of the cursor, titles of the window. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
export const ESCAPE_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)?/g;

/**
 * Characters that nobody sees but that change what is seen, or that only a model reads: controls but tab and line feed, changes of direction,
 * blanks without width, tag characters and supplementary variation selectors. Joiners stay: scripts and emoji need them.
 */
const HIDDEN = /(?![\t\n])\p{Cc}|[\u200B\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]/gu;

/** The same value with hidden characters taken out of every text in it, names of members included. */
export function withoutHiddenText(value: unknown): unknown {
  return mapTexts(value, withoutHidden);
}

/** What a card says in more than one line; everything else of it is one line. */
const PARAGRAPHS = new Set(['value', 'note']);

/** The card as a person may be shown it: a name of somebody else's choosing can neither hide a part of it nor add a line to it. */
export function toPlainCard(card: Card): Card {
  // Only texts are changed, each into a text.
  return mapTexts(card, (text, member) => withoutHidden(PARAGRAPHS.has(member) ? text : text.replace(/\s+/gu, ' '))) as Card;
}

function withoutHidden(text: string): string {
  return text.replace(ESCAPE_SEQUENCE, '').replace(HIDDEN, '');
}

function mapTexts(value: unknown, change: (text: string, member: string) => string, member = ''): unknown {
  if (typeof value === 'string') return change(value, member);
  if (Array.isArray(value)) return value.map((part) => mapTexts(part, change, member));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [change(key, ''), mapTexts(part, change, key)]));
}
