import type { When } from '../../../language/index.ts';
import type { Scene } from './memory.ts';
import { addDays, sayDate, sayMoment, today, toInstant, toLocal } from './time.ts';

/** What a wish for a time comes to. */
export type Moment =
  /** `assumed`: what was taken for granted, in sentences. */
  | { readonly kind: 'exact'; readonly start: number; readonly assumed: readonly string[] }
  /** It cannot be used as it is; `why` is a sentence, `near` the closest time that makes sense. */
  | { readonly kind: 'unusable'; readonly why: string; readonly near?: number }
  /** The clocks skip it; `start` is what is meant instead. */
  | { readonly kind: 'skipped'; readonly start: number; readonly why: string }
  | { readonly kind: 'span' }
  | { readonly kind: 'open' };

/** Settles a wish into an instant, or says why it is none. `fallbackDate` is the day when only a time was said. */
export function settleMoment(when: When | undefined, scene: Scene, fallbackDate?: string): Moment {
  if (when === undefined) return { kind: 'open' };
  const { clock } = scene;
  if (when.unreadable === true) {
    const known = when.date === undefined ? '' : ` for ${sayDate(when.date, clock)}`;
    return { kind: 'unusable', why: `I can't read "${lastPhrase(when.text)}" as a time${known}.` };
  }
  if (when.recurring === true && when.date === undefined) {
    return { kind: 'unusable', why: `I book one meeting at a time, so "${when.text}" is more than I can do at once.` };
  }
  if (when.time === undefined) return wholeDay(when, scene);
  if (when.from !== undefined && when.date === undefined) return { kind: 'span' };
  const date = when.date ?? fallbackDate ?? nextDay(when.time, scene);
  const local = `${date}T${when.time === '24:00' ? '00:00' : when.time}`;
  const start = toInstant(when.time === '24:00' ? `${addDays(date, 1)}T00:00` : local, clock);
  const gap = gapOf(when, local, start, scene);
  if (gap !== undefined) return { kind: 'skipped', start, why: gap };
  if (start <= clock.now || when.past === true) {
    const near = nextSame(start, scene);
    return { kind: 'unusable', why: `${sayMoment(start, clock)} has already passed; it is ${sayMoment(clock.now, clock)} now.`, near };
  }
  const unsaidDay = when.date === undefined && fallbackDate === undefined ? [`I took "${when.text}" to mean ${sayDate(date, clock)}.`] : [];
  return { kind: 'exact', start, assumed: [...when.assumed.filter(isWorthSaying).map(sayAssumption), ...unsaidDay] };
}

function wholeDay({ date, from, to, past }: When, { clock }: Scene): Moment {
  const last = date ?? to ?? from;
  if (last === undefined) return { kind: 'open' };
  const end = last.length === 5 ? `${today(clock)}T23:59` : last;
  if (date === undefined && (past !== true || end.slice(0, 10) > today(clock))) return { kind: 'span' };
  if (end.slice(0, 10) < today(clock))
    return { kind: 'unusable', why: `${sayDate(end, clock)} has already passed; today is ${sayDate(today(clock), clock)}.` };
  return { kind: 'span' };
}

/** A bare time means today, or tomorrow when it has passed. */
function nextDay(time: string, { clock, memory }: Scene): string {
  if (memory.date !== undefined && memory.date >= today(clock) && memory.status === 'asking') return memory.date;
  const date = today(clock);
  return toInstant(`${date}T${time === '24:00' ? '23:59' : time}`, clock) > clock.now ? date : addDays(date, 1);
}

/** The same time of day on the next day that has it before it. */
function nextSame(start: number, { clock }: Scene): number {
  const time = toLocal(start, clock).slice(11);
  const onToday = toInstant(`${today(clock)}T${time}`, clock);
  return onToday > clock.now ? onToday : toInstant(`${addDays(today(clock), 1)}T${time}`, clock);
}

function gapOf({ assumed }: When, local: string, start: number, { clock }: Scene): string | undefined {
  const noted = assumed.find((sentence) => sentence.includes('does not exist'));
  if (noted === undefined && toLocal(start, clock) === local) return undefined;
  const time = noted === undefined ? local.slice(11) : (/ (\d\d:\d\d)"/.exec(noted)?.[1] ?? local.slice(11));
  return `The clocks go forward on ${sayDate(local, clock)}, so ${time} does not exist that day.`;
}

export function lastPhrase(text: string): string {
  return (text.split(', ').at(-1) ?? text).replace(/^(?:at|on|in|by|for) /i, '');
}

/** `"10:00" was taken as 10:00` tells nobody anything. */
function isWorthSaying(text: string): boolean {
  return !/^"(\d\d:\d\d)" was taken as \1\b/.test(text);
}

/** The grammar notes `"nine" was taken as 09:00`; a person is told which half of the day that is. */
function sayAssumption(text: string): string {
  const [, phrase, time] = /^"(.+)" was taken as (\d\d:\d\d)(?:, not \d\d:\d\d)?$/.exec(text) ?? [];
  if (phrase === undefined || time === undefined) return toSentence(text);
  const half = time < '12:00' ? 'in the morning' : time < '18:00' ? 'in the afternoon' : 'in the evening';
  return `I took "${phrase}" as ${time}, ${half}.`;
}

export function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
