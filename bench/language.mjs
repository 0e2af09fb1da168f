// Lets an evaluation of language understanding ask the built grammar. Plain ES2022: it runs on Node 20 too.
import { defaultConventions, findDates, readFrame, readScope } from '../dist/language.js';

/** Epoch milliseconds of a local "2030-01-07T08:00:00" in a zone: the offset is looked up twice, for the days when it changes. */
function toEpoch(reference, timeZone) {
  const wall = Date.parse(`${reference.slice(0, 19)}Z`);
  const first = wall - offsetAt(wall, timeZone);
  return wall - offsetAt(first, timeZone);
}

function offsetAt(instant, timeZone) {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])?(\d\d)?(?::(\d\d))?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function toContext({ reference = '2030-01-07T08:00:00', zone = 'UTC', conventions = {} }) {
  return { now: toEpoch(reference, zone), timeZone: zone, conventions: { ...defaultConventions, ...conventions } };
}

export function dates(question) {
  return findDates(question.text, toContext(question))
    .filter((reading) => reading.impossible !== true)
    .map(toSuiteForm);
}

/** The suites know a range's last day where we have the first day after it, and keep lengths for durations. */
function toSuiteForm(reading) {
  if (reading.kind === 'duration') return reading;
  const { minutes, iso: _iso, ...value } = reading;
  const hasDays = reading.kind === 'daterange' && minutes === undefined && value.start && value.end;
  return hasDays ? { ...value, end: dayBefore(value.end) } : value;
}

function dayBefore(date) {
  return new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

export function request(question) {
  return readFrame(question.text, toContext(question));
}

export function scope(question) {
  return readScope(question.text, toContext(question));
}
