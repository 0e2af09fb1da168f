import type { ParsedComponents } from 'chrono-node';
import { casual } from 'chrono-node/en';
import { calendarDate, type Fields } from './day.ts';
import type { Frame } from './frame.ts';
import type { Moment } from './moment-value.ts';
import type { Meaning } from './range.ts';
import type { Source } from './token.ts';

/** Words that say nothing about when; all others must lie inside the match. */
const FILLERS = new Set(
  `a about again ah around at be by can could do er for from hello hey hi hmm how i i'd in is it it's let let's like make maybe of ok okay on or
  perhaps please possible say see so sometime sounds sure thank thanks that that's the then there to um we well what when would yeah yes you`
    .split(/\s+/)
    .filter(Boolean),
);
/** Longer texts say more than a date, so a match could not cover them. */
const LONGEST = 16;

/** A meaning with the tokens it covers. */
export interface Found {
  readonly meaning: Meaning;
  readonly at: number;
  readonly end: number;
}

/**
 * What chrono-node makes of a text in which the grammar found nothing. Its match counts only if nothing but fillers is left over: on parts of
 * a phrase it is confidently wrong. Only the parts that it read are taken; the day is looked for as everywhere else.
 */
export function readFallback(source: Source, frame: Frame): Found | undefined {
  if (source.tokens.length === 0 || source.tokens.length > LONGEST || !source.tokens.some(({ kind }) => kind === 'number'))
    return undefined;
  // biome-ignore lint/style/noRestrictedGlobals: chrono takes its reference as a Date; the local time stands for UTC, in and out.
  const instant = new Date(frame.now * 1000);
  const [match, ...more] = casual.parse(source.text, { instant, timezone: 0 });
  if (!match || more.length > 0) return undefined;
  const stop = match.index + match.text.length;
  const inside = source.tokens.map((token) => token.start >= match.index && token.end <= stop);
  const isCovered = source.tokens.every((token, place) => inside[place] || token.kind === 'mark' || FILLERS.has(token.text));
  const from = isCovered ? momentOf(match.start) : undefined;
  const to = match.end ? momentOf(match.end) : undefined;
  if (!from || (match.end && !to)) return undefined;
  return {
    meaning: to ? { type: 'range', from, to } : { type: 'moment', moment: from },
    at: inside.indexOf(true),
    end: inside.lastIndexOf(true) + 1,
  };
}

const certain = (components: ParsedComponents, part: Parameters<ParsedComponents['get']>[0]) =>
  components.isCertain(part) ? (components.get(part) ?? undefined) : undefined;

function momentOf(components: ParsedComponents): Moment | undefined {
  const [year, month, day] = [certain(components, 'year'), certain(components, 'month'), certain(components, 'day')];
  const weekday = certain(components, 'weekday');
  const hour = certain(components, 'hour');
  const fields: Fields = {
    ...(year === undefined ? {} : { year }),
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day }),
    ...(weekday === undefined ? {} : { weekday: weekday === 0 ? 7 : weekday }),
  };
  const date = Object.keys(fields).length > 0 ? { date: calendarDate(fields) } : {};
  if (certain(components, 'timezoneOffset') !== undefined) return undefined;
  if (hour === undefined) return 'date' in date ? date : undefined;
  const second = hour * 3600 + (components.get('minute') ?? 0) * 60 + (components.get('second') ?? 0);
  return { ...date, time: { from: { second, isOpen: !components.isCertain('meridiem') && hour <= 12 } } };
}
