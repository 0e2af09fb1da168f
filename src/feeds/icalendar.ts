/** A person in a calendar entry. */
export interface CalendarPerson {
  readonly name: string;
  readonly email: string;
}

export interface CalendarAttendee extends CalendarPerson {
  /** They said themselves that they come; others are asked for an answer. */
  readonly accepted: boolean;
}

/** One meeting; instants are epoch milliseconds and leave in UTC. */
export interface CalendarEntry {
  /** The same for every version of the meeting. */
  readonly uid: string;
  /** Rises with every change. */
  readonly sequence: number;
  /** When this version was written. */
  readonly stamp: number;
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly description?: string | undefined;
  readonly location?: string | undefined;
  readonly url?: string | undefined;
  /** Others who look at the calendar shall see taken time and nothing more. */
  readonly isPrivate?: boolean | undefined;
  readonly status: 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED';
  readonly organizer: CalendarPerson;
  readonly attendees: readonly CalendarAttendee[];
}

export interface CalendarHead {
  readonly method: 'REQUEST' | 'CANCEL' | 'PUBLISH';
  /** How a program shows a subscribed calendar. */
  readonly name?: string;
  /** How often a program should ask again. */
  readonly refreshMinutes?: number;
}

/** An iCalendar document (RFC 5545), lines ended by CRLF and folded at 75 bytes. */
export function toICalendar({ method, name, refreshMinutes }: CalendarHead, entries: readonly CalendarEntry[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Kalends//Kalends//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${method}`,
    ...(name === undefined ? [] : [`NAME:${toText(name)}`, `X-WR-CALNAME:${toText(name)}`]),
    ...(refreshMinutes === undefined
      ? []
      : [`REFRESH-INTERVAL;VALUE=DURATION:PT${refreshMinutes}M`, `X-PUBLISHED-TTL:PT${refreshMinutes}M`]),
    ...entries.flatMap((entry) => toEvent(entry, method)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function toEvent(entry: CalendarEntry, method: CalendarHead['method']): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${toText(entry.uid)}`,
    `DTSTAMP:${toUtc(entry.stamp)}`,
    `SEQUENCE:${entry.sequence}`,
    `DTSTART:${toUtc(entry.start)}`,
    `DTEND:${toUtc(entry.end)}`,
    `SUMMARY:${toText(entry.summary)}`,
    ...(entry.description ? [`DESCRIPTION:${toText(entry.description)}`] : []),
    ...(entry.location ? [`LOCATION:${toText(entry.location)}`] : []),
    ...(entry.url === undefined ? [] : [`URL:${entry.url.replace(/\s/g, '')}`]),
    `STATUS:${entry.status}`,
    ...(entry.isPrivate === true ? ['CLASS:PRIVATE'] : []),
    'TRANSP:OPAQUE',
    `ORGANIZER;CN=${toParameter(entry.organizer.name)}:${toMailto(entry.organizer.email)}`,
    ...entry.attendees.map((attendee) => toAttendee(attendee, method)),
    'END:VEVENT',
  ];
}

function toAttendee({ name, email, accepted }: CalendarAttendee, method: CalendarHead['method']): string {
  const answer = accepted ? 'PARTSTAT=ACCEPTED' : `PARTSTAT=NEEDS-ACTION${method === 'REQUEST' ? ';RSVP=TRUE' : ''}`;
  return `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;${answer};CN=${toParameter(name || email)}:${toMailto(email)}`;
}

/** "20300108T140000Z" */
function toUtc(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** Besides those of ASCII: C1, line and paragraph separators, and what turns the direction of the text that follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** RFC 5545 §3.3.11 */
function toText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, (sign) => (sign === '\t' ? ' ' : ''))
    .replace(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n');
}

/** In quotes, where neither quotes nor line ends can stand; RFC 6868 writes them otherwise. */
function toParameter(text: string): string {
  const encoded = text
    .toWellFormed()
    .replaceAll('^', '^^')
    .replace(/\r\n?|\n/g, ' ')
    .replace(CONTROLS, ' ')
    .replaceAll('"', "^'");
  return `"${encoded}"`;
}

function toMailto(address: string): string {
  return `mailto:${address.replace(/[^\x21-\x7e]/g, (sign) => encodeURIComponent(sign.toWellFormed()))}`;
}

const LINE_BYTES = 75;

/** Breaks between characters, so that no line has more than 75 bytes. */
function fold(line: string): string {
  if (Buffer.byteLength(line) <= LINE_BYTES) return line;
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const sign of line) {
    const size = Buffer.byteLength(sign);
    // A continued line begins with a blank, which counts.
    if (bytes + size > (parts.length === 0 ? LINE_BYTES : LINE_BYTES - 1)) {
      parts.push(part);
      part = '';
      bytes = 0;
    }
    part += sign;
    bytes += size;
  }
  return [...parts, part].join('\r\n ');
}
