import { type Amount, entriesOf, negate, toSeconds } from './amount.ts';
import { addBusinessDays, addMonths, DAY_SECONDS } from './calendar.ts';
import { type DateValue, oneDay } from './day.ts';

/** A day moved by years, months, weeks, days and business days. */
export function shiftDay(day: number, amount: Amount): number {
  let moved = day;
  for (const [unit, value] of entriesOf(amount)) {
    if (unit === 'year') moved = addMonths(moved, value * 12);
    else if (unit === 'month') moved = addMonths(moved, value);
    else if (unit === 'week' || unit === 'weekend') moved += value * 7;
    else if (unit === 'businessDay') moved = addBusinessDays(moved, value);
    else if (unit === 'day') moved += value;
  }
  return moved;
}

/** A local second moved; its hours and smaller are added to the clock. */
export function shiftSecond(second: number, amount: Amount): number {
  const day = Math.floor(second / DAY_SECONDS);
  const { hour = 0, minute = 0, second: seconds = 0 } = amount;
  const whole = entriesOf(amount).filter(([, value]) => Number.isInteger(value));
  const fraction = toSeconds(
    Object.fromEntries(
      entriesOf(amount).filter(([unit, value]) => !Number.isInteger(value) && !['hour', 'minute', 'second'].includes(unit)),
    ),
  );
  const date = shiftDay(day, Object.fromEntries(whole));
  return Math.floor(date * DAY_SECONDS + (second - day * DAY_SECONDS) + hour * 3600 + minute * 60 + seconds + fraction);
}

/** So long after (or, negated, before) a day. */
export function shiftDate(base: DateValue, amount: Amount, sign: 1 | -1): DateValue {
  const moved = sign === 1 ? amount : negate(amount);
  return {
    grain: 'day',
    isRelative: true,
    ...(base.isImpossible ? { isUnresolved: true as const, isImpossible: true as const } : {}),
    find: (frame) => {
      const found = base.find(frame);
      return found && oneDay(shiftDay(found.start, moved));
    },
  };
}
