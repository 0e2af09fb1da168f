import { type Clause, cutClauses } from './clauses.ts';
import { hostIntent } from './host-intent.ts';
import { toCommand } from './intents.ts';
import { findPeople } from './people.ts';
import type { LanguageContext, When } from './request.ts';
import { readSentence, type Sentence } from './sentence.ts';
import { ARTICLES, GENERIC_NOUNS, PRONOUNS } from './vocabulary.ts';
import { toWhen } from './when.ts';
import { textOf, toPatternLine, type Word } from './words.ts';

/** What a calendar's owner wants of it, in five words. */
export type HostIntent = 'create' | 'find' | 'update' | 'delete' | 'other';

/** An entry of a calendar, as far as a sentence describes it; dates and times are local. */
export interface EventFrame {
  readonly date?: string;
  readonly time?: string;
  readonly end?: string;
  readonly durationMinutes?: number;
  readonly subject?: string;
  readonly attendees: readonly string[];
  readonly location?: string;
  readonly dayPart?: string;
}

/** The sentence as a request to one's own calendar, where "book lunch" is an entry and no booking of a person. */
export function readFrame(text: string, context: LanguageContext): { readonly intent: HostIntent; readonly frame: EventFrame } {
  const sentence = readSentence(text, context);
  const intent = hostIntent(text, sentence);
  return { intent, frame: intent === 'create' ? eventOf(sentence) : { attendees: [] } };
}

function eventOf({ words, readings }: Sentence): EventFrame {
  const body = words.slice(openingLength(words));
  const clauses = cutClauses(body);
  const when = toWhen(readings);
  const people = findPeople({ words, clauses, bookedWords: [] }, []);
  const subject = subjectOf(clauses, words);
  const location = placeOf(clauses);
  const duration = readings.find(({ kind }) => kind === 'duration')?.minutes;
  const { date, time, end } = boundsOf(when);
  return {
    attendees: people.flatMap(({ name, email }) => name ?? email ?? []),
    ...(date === undefined ? {} : { date }),
    ...(time === undefined ? {} : { time }),
    ...(end === undefined ? {} : { end }),
    ...(when?.dayPart === undefined || time !== undefined ? {} : { dayPart: when.dayPart }),
    ...(duration === undefined ? {} : { durationMinutes: duration }),
    ...(subject === undefined ? {} : { subject }),
    ...(location === undefined ? {} : { location }),
  };
}

/** An entry has one start: the start of a range is it, and so is a bare deadline. */
function boundsOf(when: When | undefined): { readonly date?: string; readonly time?: string; readonly end?: string } {
  if (when === undefined) return {};
  const [from, to] = [when.from, when.to].map(splitLocal);
  const date = when.date ?? from?.date ?? (when.dayPart === undefined && when.from === undefined ? to?.date : undefined);
  const isDays = when.from !== undefined && from?.time === undefined;
  if (isDays) return when.time === undefined ? {} : { time: when.time };
  const isOpen = when.dayPart !== undefined && when.time === undefined;
  const time = isOpen ? undefined : (when.time ?? from?.time ?? (when.from === undefined ? to?.time : undefined));
  const end = isOpen ? undefined : (when.endTime ?? (when.from === undefined ? undefined : to?.time));
  return { ...(date === undefined ? {} : { date }), ...(time === undefined ? {} : { time }), ...(end === undefined ? {} : { end }) };
}

function splitLocal(local: string | undefined): { readonly date?: string; readonly time?: string } | undefined {
  if (local === undefined) return undefined;
  const [, date, time] = /^(\d{4}-\d\d-\d\d)?T?(\d\d:\d\d)?/.exec(local) ?? [];
  return { ...(date === undefined ? {} : { date }), ...(time === undefined ? {} : { time }) };
}

const VERB =
  /^(?:(?:i|we|i'm|we're|i'll|we'll|i've|we've|i'd)(?: am| are| will| have| need| want| would| like| got| be| to| going)*(?: (?:attending|having|seeing|doing|planning|scheduled))?|there(?:'s| is| will be)|(?:re)?schedul(?:e|ing)|set ?up|set|book|creat(?:e|ing)|add|make|put(?: down| in| on)?|plan|arrange|organi[sz]e|block(?: off| out)?|enter|insert|reserve|fix|get|input|log|save|start|include|pencil in|note|mark|open|new|place|jot down|write|have|find(?: me)?(?: a)? time for|find(?: me)?|need|want|remember|calendar|keep|hold|attend|attending)(?= |$)(?: (?:me|us|in|up|down|on|off|out|new))*/;

function openingLength(words: readonly Word[]): number {
  const line = toPatternLine(words);
  const command = toCommand(line);
  const verb = VERB.exec(command)?.[0] ?? '';
  let length = line.length - command.length + verb.trimEnd().length;
  let count = 0;
  for (const word of words) {
    if (length <= 0) break;
    length -= toPatternLine([word]).length + 1;
    count += 1;
  }
  return count;
}

function subjectOf(clauses: readonly Clause[], words: readonly Word[]): string | undefined {
  const named = roleText(clauses, 'named') ?? words.find(({ kind }) => kind === 'quoted')?.text;
  if (named !== undefined) return named;
  const head = withoutKind(clauses.filter(({ role }) => role === 'head').flatMap((clause) => trimWords(clause.words)));
  const isGeneric = head.every(
    ({ lower, kind }) => kind === 'mark' || GENERIC_NOUNS.has(lower) || ARTICLES.has(lower) || PRONOUNS.has(lower) || EMPTY.has(lower),
  );
  if (!isGeneric) return textOf(head);
  return roleText(clauses, 'about') ?? roleText(clauses, 'for');
}

/** "event pizza party" and "dinner event" are a pizza party and a dinner. */
function withoutKind(words: readonly Word[]): readonly Word[] {
  const isKind = (word: Word | undefined) => word !== undefined && /^(?:event|events|item|entry)$/.test(word.lower);
  if (words.length > 1 && isKind(words[0])) return withoutKind(trimWords(words.slice(1)));
  if (words.length > 1 && isKind(words.at(-1))) return withoutKind(trimWords(words.slice(0, -1)));
  return words;
}

const EMPTY = new Set('me new calendar schedule scheduled another another up reminder invite invitation please'.split(' '));

function trimWords(words: readonly Word[]): readonly Word[] {
  const isEdge = (word: Word | undefined) =>
    word !== undefined &&
    (word.kind === 'mark' || ARTICLES.has(word.lower) || /^(please|and|of|for|to|me|new|that|'s|is)$/.test(word.lower));
  let start = 0;
  let end = words.length;
  while (start < end && isEdge(words[start])) start += 1;
  while (end > start && isEdge(words[end - 1])) end -= 1;
  return words.slice(start, end);
}

/** "my office" keeps its owner, "the break room" loses its article. */
function placeOf(clauses: readonly Clause[]): string | undefined {
  const words = clauses.find((clause) => clause.role === 'place' && clause.words.length > 0)?.words ?? [];
  const owner = words[0]?.lower === 'my' || words[0]?.lower === 'our' ? words[0].text : '';
  const text = textOf(trimWords(words));
  return text === '' ? undefined : `${owner} ${text}`.trim();
}

function roleText(clauses: readonly Clause[], role: Clause['role']): string | undefined {
  const text = textOf(trimWords(clauses.find((clause) => clause.role === role && clause.words.length > 0)?.words ?? []));
  return text === '' ? undefined : text;
}
