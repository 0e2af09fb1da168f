import { type Clause, cutClauses } from './clauses.ts';
import type { Reading } from './dates/index.ts';
import { BOOK, CANCEL, CONFIRM, DECLINE, findIntent, MOVE, toCommand } from './intents.ts';
import { readMove } from './move.ts';
import { findPeople } from './people.ts';
import { readReference } from './reference.ts';
import type { Intent, LanguageContext, Request } from './request.ts';
import { readSentence } from './sentence.ts';
import { splitRequests } from './split.ts';
import { ARTICLES, FILLERS, GENERIC_NOUNS, OCCASION_NOUNS, PRONOUNS } from './vocabulary.ts';
import { toWhen } from './when.ts';
import { textOf, toPatternLine, type Word } from './words.ts';

/** What a sentence asks of a calendar. The same text and context always give the same answer. */
export function understand(text: string, context: LanguageContext): Request {
  const [first, rest] = splitRequests(text.trim());
  const request = understandOne(first, context);
  return rest === undefined ? request : { ...request, rest };
}

function understandOne(text: string, context: LanguageContext): Request {
  const { words, readings } = readSentence(text, context);
  const line = toPatternLine(words);
  const intent = findIntent(line) ?? (isFragment(words) ? 'answer' : 'other');
  const body = words.slice(verbLength(words, line));
  const clauses = cutClauses(body);
  const shared = { intent, text, readings, people: [], ...readDetails(text, words, readings) };
  switch (intent) {
    case 'reschedule':
      return { ...shared, ...readMove(text, context), ...reasonOf(clauses) };
    case 'cancel':
    case 'confirm':
    case 'decline':
    case 'details': {
      const [because] = clauses.find(({ role }) => role === 'reason')?.words ?? [];
      const named = because === undefined ? body : body.slice(0, body.indexOf(because));
      return { ...shared, reference: readReference(named), ...reasonOf(clauses) };
    }
    case 'book':
      return { ...shared, ...readBooking({ words, clauses, readings }, context) };
    default: {
      const when = toWhen(readings);
      const knownNames = context.knownNames ?? [];
      return {
        ...shared,
        people: intent === 'answer' ? answeredPeople(words, context) : findPeople({ words, clauses, bookedWords: [] }, knownNames),
        ...(when === undefined ? {} : { when }),
        ...(intent === 'answer' ? { reference: readReference(words) } : {}),
        ...(intent === 'answer' ? phraseOf(words) : {}),
      };
    }
  }
}

function readDetails(text: string, words: readonly Word[], readings: readonly Reading[]) {
  const duration = readings.find(({ kind }) => kind === 'duration')?.minutes;
  const timeZone = readings.find((reading) => reading.timeZone !== undefined)?.timeZone;
  const phone = words.find(({ kind }) => kind === 'phone')?.text;
  const choice = choiceOf(text);
  return {
    ...(duration === undefined || duration <= 0 ? {} : { durationMinutes: duration }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(phone === undefined ? {} : { phone }),
    ...(choice === undefined ? {} : { choice }),
    ...(isEarliest(text) ? { isEarliest: true as const } : {}),
  };
}

export function isEarliest(text: string): boolean {
  return /\b(?:(?:the |my |your )?(?:next|first|earliest|soonest) (?:available|free|open|possible|slot|opening)|earliest|soonest|as soon as (?:possible|you can|i can)|asap|next availability|whenever (?:i am|i'm|we're|possible|there is|there's)|first thing available|any ?time soon)\b/i.test(
    text,
  );
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

function choiceOf(text: string): number | undefined {
  const plain = text
    .toLowerCase()
    .replace(/[.!?]+$/, '')
    .trim();
  const number = /^(?:#|no\.? |number |option |the )?(\d{1,2})(?:st|nd|rd|th)?(?: one| option| please)*$/.exec(plain)?.[1];
  if (number !== undefined) return Number(number);
  const ordinal =
    /\bthe (first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|latter|former)\b(?! (?:of|week|day|monday|tuesday|wednesday|thursday|friday|saturday|sunday))/.exec(
      plain,
    )?.[1];
  const bare = ordinal ?? /^(first|second|third|fourth|fifth|last)(?: one| option| please)*$/.exec(plain)?.[1];
  if (bare === undefined) return undefined;
  if (bare === 'last' || bare === 'latter') return -1;
  return bare === 'former' ? 1 : ORDINALS.indexOf(bare) + 1;
}

/** How many words the courtesies and the verb take. */
function verbLength(words: readonly Word[], line: string): number {
  const command = toCommand(line);
  const verb =
    [CANCEL, MOVE, CONFIRM, DECLINE, BOOK].map((pattern) => pattern.exec(command)?.[0]).find((found) => found !== undefined) ?? '';
  const skipped = line.length - command.length + verb.trimEnd().length;
  let length = 0;
  let count = 0;
  while (count < words.length && length < skipped) {
    length += toPatternLine(words.slice(count, count + 1)).length + 1;
    count += 1;
  }
  return Math.min(count, words.length);
}

function readBooking(
  {
    words,
    clauses,
    readings,
  }: { readonly words: readonly Word[]; readonly clauses: readonly Clause[]; readonly readings: readonly Reading[] },
  context: LanguageContext,
) {
  const isBroad = isEarliest(textOf(words));
  const when = toWhen(readings);
  const head = clauses.filter(({ role }) => role === 'head').flatMap((clause) => clause.words);
  const content = head.filter(
    ({ lower, kind }) => kind !== 'mark' && !ARTICLES.has(lower) && !PRONOUNS.has(lower) && !SLOT_WORDS.has(lower),
  );
  const meaning = content.filter(({ lower, kind }) => kind !== 'number' && kind !== 'email' && !GENERIC_NOUNS.has(lower));
  const hasArticle = head.some(({ lower }) => lower === 'a' || lower === 'an' || lower === 'the');
  const hasPeople = clauses.some(({ role, words: named }) => role === 'with' && named.length > 0);
  const bookedWords =
    hasPeople || hasArticle
      ? clauses.filter(({ role, words: named }) => role === 'for' && named.length > 0 && !hasPeople).flatMap((clause) => clause.words)
      : meaning;
  const people = findPeople({ words, clauses, bookedWords }, context.knownNames ?? []);
  const isHeadPerson = people.some(({ name }) => name !== undefined && meaning.some(({ text }) => name.includes(text)));
  const named = textOfRole(clauses, 'named') ?? words.find(({ kind }) => kind === 'quoted')?.text;
  const about = textOfRole(clauses, 'about');
  const phrase =
    isHeadPerson || !meaning.some(({ kind }) => kind !== 'mark')
      ? undefined
      : textOf(content.filter(({ kind }) => kind !== 'email')).replace(/[\s,]+$/, '');
  const location = textOfRole(clauses, 'place');
  const notes = textOfRole(clauses, 'notes');
  const subject = named ?? about;
  return {
    people,
    ...(when === undefined || (isBroad && when.unreadable === true) ? {} : { when }),
    ...(phrase === undefined ? {} : { eventTypePhrase: phrase }),
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location }),
    ...(notes === undefined ? {} : { notes }),
    ...reasonOf(clauses),
  };
}

const SLOT_WORDS = new Set(
  'available free open possible earliest soonest next first new quick in up for me with again same another also please asap possible there then'.split(
    ' ',
  ),
);

function textOfRole(clauses: readonly Clause[], role: Clause['role']): string | undefined {
  const text = textOf(clauses.find((clause) => clause.role === role && clause.words.length > 0)?.words ?? []).replace(/[\s,.!?]+$/, '');
  return text === '' ? undefined : text;
}

function reasonOf(clauses: readonly Clause[]): { readonly reason?: string } {
  const clause = clauses.find(({ role }) => role === 'reason');
  if (clause === undefined) return {};
  const text = clauses
    .slice(clauses.indexOf(clause))
    .map(({ words }) => textOf(words))
    .join(' ')
    .replace(/[\s,.!?]+$/, '');
  return text === '' ? {} : { reason: text };
}

/** Names in an answer: what is left beside time, addresses and fillers. */
function answeredPeople(words: readonly Word[], context: LanguageContext) {
  const people = findPeople({ words, clauses: cutClauses(words), bookedWords: [] }, context.knownNames ?? []);
  if (people.length > 0) return people;
  const names = words.filter(
    (word) => word.kind === 'word' && !FILLERS.has(word.lower) && !GENERIC_NOUNS.has(word.lower) && !OCCASION_NOUNS.has(word.lower),
  );
  return names.length === 0 || names.length > 4
    ? []
    : findPeople({ words, clauses: [{ role: 'with', marker: 'with', words: names }], bookedWords: [] }, []);
}

function phraseOf(words: readonly Word[]): { readonly eventTypePhrase?: string } {
  const content = words.filter(({ kind, lower }) => (kind === 'word' && !FILLERS.has(lower)) || kind === 'quoted');
  return content.length === 0 ? {} : { eventTypePhrase: textOf(content) };
}

/** Short, and made of nothing but the stuff of answers. */
function isFragment(words: readonly Word[]): boolean {
  const content = words.filter(
    ({ kind, lower }) =>
      kind !== 'mark' && kind !== 'time' && kind !== 'email' && kind !== 'quoted' && kind !== 'phone' && !FILLERS.has(lower),
  );
  return words.length > 0 && content.length <= 4;
}

export function isWriteIntent(intent: Intent): boolean {
  return intent === 'book' || intent === 'reschedule' || intent === 'cancel' || intent === 'confirm' || intent === 'decline';
}
