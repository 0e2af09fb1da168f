import { bareHour } from './clock.ts';
import { aroundNow, fromHere, shiftedFromDate, shiftedFromNow, thisTime } from './counted.ts';
import { datePhrase } from './date.ts';
import { partOfHour } from './day-part.ts';
import { merge } from './merge.ts';
import type { Moment } from './moment-value.ts';
import { endOfDay, halfOfDay, tonight } from './named-moment.ts';
import { either, longest, map, memo, type Parsed, type Parser, phrase, rule } from './parser.ts';
import { nowPhrase, relativeDay } from './relative.ts';
import { timePhrase } from './time.ts';
import type { Source } from './token.ts';
import { zone } from './zone.ts';

export type { Moment };
export { aroundNow, fromHere };

const piece: Parser<Moment> = memo(
  longest<Moment>(
    tonight,
    endOfDay,
    shiftedFromDate,
    shiftedFromNow,
    thisTime,
    halfOfDay,
    map(nowPhrase, (instant) => ({ instant, isNow: true })),
    map(datePhrase, (date) => ({ date })),
    map(timePhrase, (time) => ({ time })),
  ),
);
const timePiece: Parser<Moment> = map(timePhrase, (time) => ({ time }));
const zonePiece: Parser<Moment> = map(zone, (named) => ({ zone: named }));

const glue: Parser<string> = phrase(
  ', | at | @ | on | of | in | for | - | – | · | ∙ | | | from | : | . | , at | , on | , from | in the | sometime | some time | any time | anytime | , at about | t | but | and | around | , the | (',
);
const noGlue: Parser<string> = (_, place) => ({ value: '', end: place });

/** Pieces that say more and more of one moment, in any order: "at 9 on Tuesday morning next week, CET". */
function gather(source: Source, at: number): Parsed<Moment> | undefined {
  let parsed = piece(source, at);
  if (!parsed) return undefined;
  for (;;) {
    const next = extend(source, parsed);
    if (!next) return parsed;
    parsed = next;
  }
}

function extend(source: Source, { value, end }: Parsed<Moment>): Parsed<Moment> | undefined {
  for (const joint of [noGlue, glue]) {
    const joined = joint(source, end);
    if (!joined) continue;
    for (const parser of [piece, timePiece, zonePiece]) {
      const next = parser(source, joined.end);
      const merged = next && merge(value, next.value, joined.value);
      if (next && merged) return { value: merged, end: next.end };
    }
  }
  return undefined;
}

/** A bare hour is one beside a day that is named with it ("9 tomorrow", "eight tonight"). */
const hourBeside = rule(
  [
    bareHour,
    either(
      tonight,
      map(relativeDay, (date): Moment => ({ date })),
      map(partOfHour, (part): Moment => ({ time: { part } })),
    ),
  ],
  (from, beside) => merge({ time: { from } }, beside, ''),
);

export const momentPhrase: Parser<Moment> = memo(longest(gather, extended(hourBeside)));

function extended(start: Parser<Moment>): Parser<Moment> {
  return (source, at) => {
    let parsed = start(source, at);
    for (let next = parsed && extend(source, parsed); next; next = extend(source, next)) parsed = next;
    return parsed;
  };
}
