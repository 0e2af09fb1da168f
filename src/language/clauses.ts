import { ARTICLES } from './vocabulary.ts';
import type { Word } from './words.ts';

export type Role = 'head' | 'with' | 'about' | 'named' | 'place' | 'for' | 'to' | 'time' | 'reason' | 'notes' | 'calendar' | 'tail';

/** A stretch of a sentence with one part to play: "with Ada and Bob", "about the roadmap". `words` are without the marker. */
export interface Clause {
  readonly role: Role;
  readonly marker: string;
  readonly words: readonly Word[];
}

const CALENDARS = /^(calendar|calender|schedule|agenda|diary|planner|datebook)s?$/;
const TIME_LEADS = new Set([
  'at',
  'on',
  'for',
  'from',
  'by',
  'until',
  'till',
  'in',
  'around',
  'about',
  'starting',
  'beginning',
  'of',
  'to',
  'this',
  'during',
  'lasting',
  'is',
  'and',
  'within',
  'the',
  'sometime',
  'a',
  'an',
  'some',
  'time',
  'between',
  'before',
  'after',
  '@',
  '-',
]);

/** Cuts the words after the verb at the prepositions that give what follows its part. */
export function cutClauses(words: readonly Word[]): readonly Clause[] {
  const clauses: Clause[] = [];
  let open: { role: Role; marker: string; words: Word[] } = { role: 'head', marker: '', words: [] };
  const close = (role: Role, marker: string) => {
    if (open.words.length > 0 || open.role === 'calendar') clauses.push(open);
    open = { role, marker, words: [] };
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (word.kind === 'time') {
      dropTimeLeads(open.words);
      const role = /\.$/.test(word.text) && words[at + 1]?.isCapital === true ? 'tail' : open.role;
      close('time', '');
      open.words.push(word);
      // A day before a noun describes it: "my Friday lunch".
      close(role === 'head' ? 'head' : 'tail', '');
      continue;
    }
    const marker = markerAt(words, at, open.role);
    if (marker !== undefined) {
      close(marker.role, word.lower);
      at += marker.length - 1;
      continue;
    }
    if (word.kind === 'mark' && /[.!?;]/.test(word.text)) {
      close('tail', word.text);
      continue;
    }
    open.words.push(word);
  }
  close('tail', '');
  return clauses;
}

function dropTimeLeads(words: Word[]): void {
  while (words.length > 0 && TIME_LEADS.has(words.at(-1)?.lower ?? '')) words.pop();
}

interface Marker {
  readonly role: Role;
  readonly length: number;
}

function markerAt(words: readonly Word[], at: number, role: Role): Marker | undefined {
  const lower = (offset: number) => words[at + offset]?.lower ?? '';
  const word = lower(0);
  if (words[at]?.kind === 'quoted') return undefined;
  const calendar = calendarAt(words, at);
  if (calendar > 0) return { role: 'calendar', length: calendar };
  const named = /^(called|named|titled|entitled|labell?ed)$/.test(word);
  if (named) return { role: 'named', length: /^(as|it)$/.test(lower(1)) ? 2 : 1 };
  if (/^(with|under)$/.test(word) && /^(the|a)$/.test(lower(1)) && /^(title|subject|name|topic)$/.test(lower(2))) {
    return { role: 'named', length: /^(of|:|is)$/.test(lower(3)) ? 4 : 3 };
  }
  if (/^(title|subject|topic)$/.test(word) && /^(:|is|-)$/.test(lower(1))) return { role: 'named', length: 2 };
  if (/^(notes?|message|description)$/.test(word) && /^(:|saying|that)$/.test(lower(1))) return { role: 'notes', length: 2 };
  if (/^(because|since)$/.test(word) || (word === 'as' && /^(i|i'm|we|he|she|they)$/.test(lower(1)))) return { role: 'reason', length: 1 };
  if (word === 'due' && lower(1) === 'to') return { role: 'reason', length: 2 };
  if (role === 'reason' || role === 'notes') return undefined;
  if (word === 'along' && lower(1) === 'with') return { role: 'with', length: 2 };
  if (/^(with|w\/)$/.test(word) && words[at + 1]?.kind !== 'time') return { role: 'with', length: 1 };
  if (/^(about|regarding|concerning|re)$/.test(word) && words[at + 1] !== undefined && words[at + 1]?.kind !== 'time') {
    return { role: 'about', length: lower(1) === ':' ? 2 : 1 };
  }
  if (
    word === 'to' &&
    /^(discuss|review|plan|go|talk|catch|prepare|present|introduce|celebrate|finalize|finalise|debrief)$/.test(lower(1))
  ) {
    return { role: 'about', length: /^(talk|speak)$/.test(lower(1)) && /^(about|over)$/.test(lower(2)) ? 3 : 1 };
  }
  if (role === 'about' || role === 'named')
    return /^(at|in|@|for)$/.test(word) && isTimeNear(words, at + 1) ? { role: 'tail', length: 1 } : undefined;
  const isSlot = /^(next|first|earliest|soonest|any|your|my)$/.test(lower(1) === 'the' ? lower(2) : lower(1));
  if (/^(at|in|@)$/.test(word) && !isSlot && words[at + 1]?.kind !== 'email' && !isTimeNear(words, at + 1))
    return { role: 'place', length: 1 };
  if (word === 'for' && !isTimeNear(words, at + 1)) return { role: 'for', length: 1 };
  const isTitle = role === 'head' && words[at + 1]?.isCapital === true && words[at - 1] !== undefined;
  if (word === 'to' && !isTitle && !isTimeNear(words, at + 1)) return { role: 'to', length: 1 };
  return undefined;
}

/** Whether time stands here, or after words that only lead to it. */
function isTimeNear(words: readonly Word[], at: number): boolean {
  let place = at;
  while (TIME_LEADS.has(words[place]?.lower ?? '') && place < at + 3) place += 1;
  return words[place]?.kind === 'time';
}

/** How many words "to my calendar" takes here. */
function calendarAt(words: readonly Word[], at: number): number {
  if (!/^(to|on|onto|in|into|from|for|off)$/.test(words[at]?.lower ?? '')) return 0;
  let place = at + 1;
  while (ARTICLES.has(words[place]?.lower ?? '') || /^(work|personal|google|outlook|home)$/.test(words[place]?.lower ?? '')) place += 1;
  return CALENDARS.test(words[place]?.lower ?? '') ? place + 1 - at : 0;
}
