/** How somebody reads times. */
export interface ReaderClock {
  /** IANA */
  readonly timeZone: string;
  /** "2:00 PM" instead of "14:00". */
  readonly isTwelveHour: boolean;
}

export interface Span {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
}

/** "Tuesday, 8 January 2030, 14:00 – 15:00"; the second date only where it is another one. */
export function toSpanText({ start, end }: Span, clock: ReaderClock): string {
  const from = `${toDate(start, clock, 'long')}, ${toTime(start, clock)}`;
  const isSameDay = toDate(start, clock, 'long') === toDate(end, clock, 'long');
  return isSameDay ? `${from} – ${toTime(end, clock)}` : `${from} – ${toDate(end, clock, 'long')}, ${toTime(end, clock)}`;
}

/** "Tue, 8 Jan 2030, 14:00": for a subject. */
export function toShortMoment(instant: number, clock: ReaderClock): string {
  return `${toDate(instant, clock, 'short')}, ${toTime(instant, clock)}`;
}

/** "Europe/Rome (UTC+1)" */
export function toZoneText(instant: number, timeZone: string): string {
  return /^(Etc\/)?UTC$/.test(timeZone) ? 'UTC' : `${timeZone.replaceAll('_', ' ')} (${toOffset(instant, timeZone)})`;
}

/** The same time on another's clock; `undefined` where both clocks show the same. */
export function toOtherZoneText(span: Span, reader: ReaderClock, otherZone: string): string | undefined {
  if (toOffset(span.start, reader.timeZone) === toOffset(span.start, otherZone)) return undefined;
  return `${toSpanText(span, { ...reader, timeZone: otherZone })}, ${toZoneText(span.start, otherZone)}`;
}

/** "Tuesday, 8 January 2030" */
export function toDate(instant: number, { timeZone, isTwelveHour }: ReaderClock, length: 'long' | 'short'): string {
  const format = openFormat(isTwelveHour ? 'en-US' : 'en-GB', {
    timeZone,
    weekday: length,
    day: 'numeric',
    month: length,
    year: 'numeric',
  });
  return format.format(instant);
}

/** "14:00" */
export function toTime(instant: number, { timeZone, isTwelveHour }: ReaderClock): string {
  const format = openFormat(isTwelveHour ? 'en-US' : 'en-GB', {
    timeZone,
    hour: isTwelveHour ? 'numeric' : '2-digit',
    minute: '2-digit',
    hourCycle: isTwelveHour ? 'h12' : 'h23',
  });
  // Some versions of the locale data put a narrow blank before "PM", which mail programs show as a box.
  return format.format(instant).replace(/\s/g, ' ');
}

function toOffset(instant: number, timeZone: string): string {
  const parts = openFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(instant);
  return (parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT').replace('GMT', 'UTC');
}

/** As many as there are time zones, in a few forms. */
const MOST_FORMATS = 2000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes a hundred times as long as using it. */
function openFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  if (formats.size >= MOST_FORMATS) formats.clear();
  const format = new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format;
}
