import { isTimeZone } from '../scheduling/index.ts';
import { broken, type Line, parseLine, toLineText, unfold } from './feed-line.ts';
import { createZoneNames, type ZoneNames } from './feed-zones.ts';
import type { Pause } from './pauses.ts';

/** A calendar file cut down to what says when its owner is busy, every time with a zone that is known. */
export interface FeedText {
  /** As the calendar calls itself. */
  readonly name: string | undefined;
  /** Definitions of zones, which all events may need. */
  readonly zones: readonly string[];
  /** The events, each with a key for a UID; those of one key belong together. */
  readonly events: readonly (readonly string[])[];
  /** The UID of the file behind each key. */
  readonly uids: ReadonlyMap<string, string>;
  /** Busy periods of VFREEBUSY, epoch milliseconds. */
  readonly periods: readonly { readonly start: number; readonly end: number }[];
}

const MAXIMUM_EVENTS = 10_000;
/** Of the rest, descriptions for instance, nothing is of use here, and it is somebody else's text. */
const KEPT = new Set(['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXDATE', 'RECURRENCE-ID', 'STATUS', 'TRANSP']);
const TIMES = new Set(['DTSTART', 'DTEND', 'EXDATE', 'RECURRENCE-ID', 'RDATE']);

/** Throws `upstream` with a sentence when something in the file that matters cannot be understood: blocked time must not open by mistake. */
export async function readFeedText(content: string, timeZone: string, pause: Pause): Promise<FeedText> {
  const lines = unfold(content);
  const head = lines.find((line) => line.trim() !== '');
  const last = lines.findLast((line) => line.trim() !== '');
  if (head?.trim().toUpperCase() !== 'BEGIN:VCALENDAR') throw broken('it is no calendar: it does not begin with "BEGIN:VCALENDAR"');
  if (last?.trim().toUpperCase() !== 'END:VCALENDAR') throw broken('it breaks off before "END:VCALENDAR"');

  const parsed: Line[] = [];
  for (const text of lines) {
    const line = parseLine(text);
    if (line !== undefined) parsed.push(line);
    await pause();
  }
  const { events, zones, periods, properties } = sort(parsed);
  const wrZone = properties.get('X-WR-TIMEZONE')?.trim();
  const names = createZoneNames(zones, wrZone !== undefined && isTimeZone(wrZone) ? wrZone : timeZone);
  const keys = createKeys();
  const byKey = new Map<string, string[]>();
  for (const event of events) {
    for (const { key, lines: body } of toEvents(event, { names, keys })) byKey.set(key, [...(byKey.get(key) ?? []), ...body]);
    await pause();
  }
  return {
    name: properties.get('X-WR-CALNAME') ?? properties.get('NAME'),
    zones: names.definitions(),
    events: [...byKey.values()],
    uids: keys.uids,
    periods,
  };
}

interface Sorted {
  readonly events: readonly (readonly Line[])[];
  readonly zones: ReadonlyMap<string, readonly Line[]>;
  readonly periods: FeedText['periods'];
  /** Of the calendar itself. */
  readonly properties: ReadonlyMap<string, string>;
}

function sort(lines: readonly Line[]): Sorted {
  const events: Line[][] = [];
  const zones = new Map<string, readonly Line[]>();
  const periods: { start: number; end: number }[] = [];
  const properties = new Map<string, string>();
  const open: string[] = [];
  let component: Line[] = [];
  for (const line of lines) {
    if (line.name === 'BEGIN') {
      open.push(line.value.toUpperCase());
      if (open.length === 2) component = [];
      else if (open.length > 2) component.push(line);
      continue;
    }
    if (line.name === 'END') {
      const ended = open.pop();
      if (ended !== line.value.toUpperCase()) throw broken(`"END:${line.value}" ends what did not begin`);
      if (open.length > 1) component.push(line);
      if (open.length !== 1) continue;
      if (ended === 'VEVENT') events.push(component);
      const zone = ended === 'VTIMEZONE' ? component.find(({ name }) => name === 'TZID') : undefined;
      if (zone !== undefined) zones.set(zone.value, component);
      if (ended === 'VFREEBUSY') periods.push(...component.flatMap(toPeriods));
      if (events.length > MAXIMUM_EVENTS) throw broken(`it has more than ${MAXIMUM_EVENTS} events`);
      continue;
    }
    if (open.length === 1) properties.set(line.name, line.value);
    // An alarm inside an event says nothing about the event's time.
    if (open.length >= 2 && (open[1] !== 'VEVENT' || open.length === 2)) component.push(line);
  }
  if (open.length > 0) throw broken(`"BEGIN:${open.at(-1)}" has no end`);
  return { events, zones, periods, properties };
}

function toPeriods({ name, parameters, value }: Line): FeedText['periods'] {
  if (name !== 'FREEBUSY' || parameters.get('FBTYPE')?.toUpperCase() === 'FREE') return [];
  return value.split(',').map((period) => {
    const [from = '', to = ''] = period.split('/');
    const start = toUtcInstant(from);
    const end = to.startsWith('P') ? start + toDurationMs(to) : toUtcInstant(to);
    if (Number.isNaN(start) || Number.isNaN(end)) throw broken(`"${period.slice(0, 60)}" is no period of time`);
    return { start, end };
  });
}

function toUtcInstant(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function toDurationMs(text: string): number {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (match === null) return Number.NaN;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

interface Keys {
  of(uid: string | undefined, isVersion: boolean): string;
  readonly uids: ReadonlyMap<string, string>;
}

/** The parser files events under their UID, which is the file's to choose: numbers are safe, and a second event of one UID is no new version. */
function createKeys(): Keys {
  const uids = new Map<string, string>();
  const byUid = new Map<string, string>();
  const masters = new Set<string>();
  const create = (uid: string) => {
    const key = `event-${uids.size}`;
    uids.set(key, uid);
    return key;
  };
  return {
    uids,
    of(uid, isVersion) {
      const known = uid === undefined ? undefined : byUid.get(uid);
      const key = known === undefined || (!isVersion && masters.has(known)) ? create(uid ?? '') : known;
      if (uid !== undefined && known === undefined) byUid.set(uid, key);
      if (!isVersion) masters.add(key);
      return key;
    },
  };
}

interface KeyedEvent {
  readonly key: string;
  readonly lines: readonly string[];
}

function toEvents(event: readonly Line[], { names, keys }: { readonly names: ZoneNames; readonly keys: Keys }): readonly KeyedEvent[] {
  const textOf = (name: string) => event.find((line) => line.name === name)?.value;
  const isFree = textOf('X-MICROSOFT-CDO-BUSYSTATUS')?.toUpperCase() === 'FREE';
  checkRule(event);
  const uid = textOf('UID');
  const isVersion = textOf('RECURRENCE-ID') !== undefined;
  const lines = event
    .filter(({ name }) => KEPT.has(name) && !(isFree && name === 'TRANSP'))
    .map((line) => toLineText(TIMES.has(line.name) ? withZone(line, names) : line));
  if (isFree) lines.push('TRANSP:TRANSPARENT');
  if (!event.some(({ name }) => name === 'DTSTART')) throw broken(`the event "${(uid ?? '').slice(0, 80)}" has no DTSTART`);
  const extra = event.filter(({ name }) => name === 'RDATE').flatMap((line) => toCopies(line, { event, lines, names }));
  const bodies = [{ key: keys.of(uid, isVersion), body: lines }, ...extra.map((body) => ({ key: keys.of(uid, false), body }))];
  return bodies.map(({ key, body }) => ({ key, lines: ['BEGIN:VEVENT', `UID:${key}`, 'SUMMARY:Busy', ...body, 'END:VEVENT'] }));
}

/** The parser does not know RDATE: each further date is an event of its own. */
function toCopies(
  rdate: Line,
  { event, lines, names }: { readonly event: readonly Line[]; readonly lines: readonly string[]; readonly names: ZoneNames },
): readonly (readonly string[])[] {
  const start = event.find(({ name }) => name === 'DTSTART');
  const end = event.find(({ name }) => name === 'DTEND');
  const isPeriod = rdate.parameters.get('VALUE')?.toUpperCase() === 'PERIOD';
  if (start === undefined || isPeriod) throw broken('it has an RDATE that is not understood');
  const rest = lines.filter((line) => !/^(DTSTART|DTEND|RRULE|EXDATE|RECURRENCE-ID|DURATION)[;:]/.test(line));
  const duration = event.find(({ name }) => name === 'DURATION');
  return rdate.value.split(',').map((value) => {
    const from = withZone({ ...rdate, name: 'DTSTART', value }, names);
    const to = end === undefined ? undefined : toWall(value) + toWall(end.value) - toWall(start.value);
    return [
      ...rest,
      toLineText(from),
      ...(to === undefined ? [] : [toLineText({ ...from, name: 'DTEND', value: fromWall(to, value) })]),
      ...(duration === undefined ? [] : [toLineText(duration)]),
    ];
  });
}

/** Wall times of one zone, only to measure between them. */
function toWall(value: string): number {
  return toUtcInstant(value.length === 8 ? `${value}T000000Z` : `${value.replace(/Z$/, '')}Z`);
}

function fromWall(wall: number, like: string): string {
  const text = new Date(wall).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return like.length === 8 ? text.slice(0, 8) : `${text}${like.endsWith('Z') ? 'Z' : ''}`;
}

function withZone(line: Line, names: ZoneNames): Line {
  const { name, parameters, value } = line;
  const isDate = parameters.get('VALUE')?.toUpperCase() === 'DATE' || /^\d{8}$/.test(value);
  for (const part of value.split(',')) {
    if (!/^\d{8}(?:T\d{6}Z?)?$/.test(part)) throw broken(`"${part.slice(0, 60)}" is no date or time (${name})`);
  }
  if (parameters.get('RANGE') !== undefined)
    throw broken('it changes "this and all following" occurrences of an event, which is not understood');
  if (isDate) return { name, value, parameters: new Map([['VALUE', 'DATE']]) };
  if (value.endsWith('Z')) return { name, value, parameters: new Map() };
  return { name, value, parameters: new Map([['TZID', names.of(parameters.get('TZID'))]]) };
}

/** Rules that make very many occurrences are no meetings. */
function checkRule(event: readonly Line[]): void {
  for (const { name, value } of event) {
    if (name !== 'RRULE') continue;
    const parts = new Map(value.split(';').map((part) => [part.split('=')[0]?.toUpperCase() ?? '', part.split('=')[1] ?? '']));
    const count = (part: string) => parts.get(part)?.split(',').length ?? 0;
    const frequency = parts.get('FREQ')?.toUpperCase() ?? '';
    if (
      !['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY'].includes(frequency) ||
      count('BYSECOND') > 1 ||
      count('BYMINUTE') * count('BYHOUR') > 24
    ) {
      throw broken(`an event repeats by "${value.slice(0, 80)}", which is too often`);
    }
  }
}
