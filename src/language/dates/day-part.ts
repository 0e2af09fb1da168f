import type { Conventions } from '../conventions.ts';
import { dictionary, either, longest, map, maybe, memo, type Parser, phrase, rule, unless } from './parser.ts';

/** A part of the day, by its name in the conventions. */
export interface PartValue {
  readonly name: string;
}

/** Seconds after midnight; equal ends where the conventions mean a point. */
export interface PartTimes {
  readonly start: number;
  readonly end: number;
}

const PARTS: readonly [string, string][] = [
  ...named('morning', 'morning | mornin | forenoon | a.m.'),
  ...named('afternoon', 'afternoon | after noon'),
  ...named('evening', 'evening | eve | evenin'),
  ...named('night', 'night | nite | night time | nighttime'),
  ...named('breakfast', 'breakfast | breakfast time | breakfasttime'),
  ...named('lunch', 'lunch | lunchtime | lunch time | lunch hour | lunch break'),
  ...named('dinner', 'dinner | dinnertime | dinner time | supper | suppertime | supper time'),
  ...named('businessDay', 'business hours | office hours | working hours | work hours | the business day | the work day | the working day'),
];

function named(name: string, phrases: string): [string, string][] {
  return phrases.split('|').map((words) => [words.trim(), name]);
}

const MEALS = ['breakfast', 'lunch', 'dinner'];
const part = dictionary(PARTS);
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

const early = either(
  map(
    phrase('early | earlier | the early hours of the | early hours of the | first thing | early in the | earlier in the | early on in the'),
    () => 'early',
  ),
  map(phrase('late | later | late in the | later in the'), () => 'late'),
  map(phrase('mid'), () => 'mid'),
);

/** "morning", "late afternoon", "early hours of the morning" */
export const partName: Parser<string> = memo(
  rule([maybe(early), maybe(phrase('-')), maybe(phrase('in the')), part], (modifier, _dash, _in, name) =>
    modifier && modifier !== 'mid' ? `${modifier}${capital(name)}` : name,
  ),
);

const preposition = phrase(
  'in the | in | at | during the | during | at the | over | around | for the | through the | by | of the | throughout the | the',
);
const after = either(
  map(phrase('after lunch | after lunchtime'), () => 'afterLunch'),
  map(phrase('after work | after hours | after the work day'), () => 'afterWork'),
  map(phrase('after school'), () => 'afterSchool'),
);

/** "in the morning", "at night": a part that makes an hour of the number before it. */
export const partOfHour: Parser<string> = rule([phrase('in the | at | in'), partName], (_, name) => name);

/** A part of some day: "in the morning", "at lunch", "late afternoon", "after work". A mere "lunch" is a meal. */
export const dayPart: Parser<PartValue> = memo(
  longest<PartValue>(
    map(after, (name) => ({ name })),
    map(phrase('first thing in the morning | first thing'), () => ({ name: 'earlyMorning' })),
    rule([early, phrase('in the | on in the | in'), part], (modifier, _, name) => ({
      name: modifier === 'mid' ? name : `${modifier}${capital(name)}`,
    })),
    rule([preposition, partName, unless(phrase('before | class | classes'))], (_, name) => ({ name })),
    map(partName, (name) => (MEALS.includes(name) ? undefined : { name })),
  ),
);

const NOON = 43_200;

/** Where a part lies; an early or late one that has no setting is the first or second half of the whole. */
export function timesOf(name: string, { dayParts }: Pick<Conventions, 'dayParts'>): PartTimes | undefined {
  const given = dayParts[name];
  if (given === undefined && name === 'endOfBusiness') return atEnd(timesOf('businessDay', { dayParts }));
  if (typeof given === 'string') {
    const at = toSeconds(given);
    return { start: at, end: at };
  }
  if (given) return { start: toSeconds(given[0]), end: toSeconds(given[1]) };
  const modified = /^(early|late|after)(.+)$/.exec(name);
  const [, modifier, base = ''] = modified ?? [];
  const whole = modified ? timesOf(base.toLowerCase(), { dayParts }) : FALLBACK[name];
  if (!whole || !modified) return whole;
  const middle = Math.round((whole.start + whole.end) / 2 / 1800) * 1800;
  if (modifier === 'after') return { start: whole.end, end: 86_400 };
  return modifier === 'early' ? { start: whole.start, end: middle } : { start: middle, end: whole.end };
}

const atEnd = (times: PartTimes | undefined) => times && { start: times.end, end: times.end };

const hours = (start: number, end: number): PartTimes => ({ start: start * 3600, end: end * 3600 });
const FALLBACK: Readonly<Record<string, PartTimes>> = {
  breakfast: hours(7, 9),
  morning: hours(8, 12),
  noon: { start: NOON, end: NOON },
  lunch: hours(12, 14),
  afternoon: hours(12, 17),
  dinner: hours(18, 21),
  evening: hours(17, 21),
  night: hours(20, 24),
  work: hours(9, 17),
  school: hours(8, 15),
  businessDay: hours(9, 17),
  midnight: hours(24, 24),
  endOfDay: { start: 86_399, end: 86_399 },
};

function toSeconds(clock: string): number {
  const [hour = 0, minute = 0, second = 0] = clock.split(':').map(Number);
  return hour * 3600 + minute * 60 + second;
}

/** Whether a part asks for the second half of the day: 7 "in the evening" is 19:00; 2 "at night" is not 14:00. */
export function leansTo(name: string, hour: number): 'am' | 'pm' {
  if (/night/i.test(name)) return hour === 12 || hour <= 4 ? 'am' : 'pm';
  if (/evening/i.test(name) && hour === 12) return 'am';
  if (/morning|breakfast/i.test(name)) return 'am';
  return /lunch/i.test(name) && hour >= 10 && hour < 12 ? 'am' : 'pm';
}
