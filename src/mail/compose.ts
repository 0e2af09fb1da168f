import { toPlaceText } from '../feeds/place.ts';
import type { AttendeeRecord, BookingRecord } from '../store/bookings.ts';
import type { Letter, LetterAction } from './letter.ts';
import { toOtherZoneText, toShortMoment, toSpanText, toZoneText } from './moment.ts';
import type { Occasion, Reader } from './occasion.ts';
import { toCleanText, toOneLine, withoutAddresses } from './plain-text.ts';

/** Where a letter may lead. */
export interface Signposts {
  /** Where Kalends is reached: "https://kalends.example.com". */
  readonly baseUrl: string;
  /** What this reader may do without an account. */
  readonly actions: readonly LetterAction[];
}

/** The message of an occasion for one reader, in the reader's zone. */
export function composeLetter(occasion: Occasion, reader: Reader, { baseUrl, actions }: Signposts): Letter {
  const { booking, kind } = occasion;
  const title = titleFor(occasion, reader);
  const { word, heading, intro } = wordsFor(occasion, reader);
  return {
    subject: toOneLine(`${word}: ${title}, ${toShortMoment(booking.startAt, reader.clock)}`, 200),
    heading,
    intro,
    rows: rowsFor(occasion, reader),
    actions: reader.role === 'host' && kind === 'requested' ? [{ label: 'Answer in Kalends', url: baseUrl }] : actions,
    footer:
      reader.role === 'host'
        ? 'Kalends wrote this because you host this meeting.'
        : `Kalends wrote this because this address was given for a meeting with ${toOneLine(hostsOf(booking), 120)}. If that was not you, ignore it.`,
  };
}

/** A stranger's words reach only hosts as they are: in other mailboxes they could be anybody's advertisement. */
export function titleFor({ booking, isUnrequested }: Pick<Occasion, 'booking' | 'isUnrequested'>, { role }: Pick<Reader, 'role'>): string {
  if (!isUnrequested || role === 'host') return toOneLine(booking.title, 120);
  const [booker] = booking.attendees;
  const what = booking.eventType?.title ?? 'Meeting';
  const who = booker === undefined ? '' : ` and ${withoutAddresses(booker.name, 40)}`;
  return toOneLine(`${what} between ${hostsOf(booking)}${who}`, 120);
}

interface Words {
  readonly word: string;
  readonly heading: string;
  readonly intro: string;
}

function wordsFor(occasion: Occasion, reader: Reader): Words {
  const { booking, others, kind, only, isMoveWanted } = occasion;
  const host = toOneLine(hostsOf(booking), 120);
  const booker = nameFor(only?.[0] ?? booking.attendees[0], occasion, reader);
  const isHost = reader.role === 'host';
  if (isHost && only !== undefined) return wordsOfSome(occasion, only.map((attendee) => nameFor(attendee, occasion, reader)).join(', '));
  const series = others.length === 0 ? '' : ` It is one of ${others.length + 1}; their times are below.`;
  switch (kind) {
    case 'booked':
      return {
        word: 'Booked',
        heading: 'The meeting is booked',
        intro: `${isHost ? `${booker} booked a meeting with you.` : `You meet ${host}.`}${series}`,
      };
    case 'moved':
      return { word: 'Moved', heading: 'The meeting has a new time', intro: 'The old time is free again.' };
    case 'changed':
      return { word: 'Changed', heading: 'The meeting was changed', intro: 'The time stays the same.' };
    case 'cancelled':
      if (isMoveWanted) {
        return isHost
          ? { word: 'Cancelled', heading: 'Another time is asked for', intro: `You asked ${booker} to choose another time.` }
          : { word: 'New time wanted', heading: 'Please choose another time', intro: `${host} cannot keep this time.` };
      }
      return { word: 'Cancelled', heading: 'The meeting is cancelled', intro: `Nobody expects you at this time any more.${series}` };
    case 'confirmed':
      return {
        word: 'Confirmed',
        heading: 'The meeting is confirmed',
        intro: `${isHost ? `You confirmed the meeting with ${booker}.` : `${host} confirmed it.`}${series}`,
      };
    case 'declined':
      return {
        word: 'Declined',
        heading: 'The meeting will not take place',
        intro: `${isHost ? `You declined the request of ${booker}.` : `${host} declined the request.`}${series}`,
      };
    case 'reminder':
      return { word: 'Reminder', heading: 'The meeting is coming up', intro: isHost ? `You meet ${booker}.` : `You meet ${host}.` };
    case 'requested':
      return isHost
        ? {
            word: 'Please answer',
            heading: 'A meeting waits for your answer',
            intro: `${booker} asks for this time.${series} Confirm it with "kalends bookings confirm ${booking.uid}", or decline it with "kalends bookings decline ${booking.uid}".`,
          }
        : { word: 'Requested', heading: 'The meeting is requested', intro: `${host} must confirm it first; you will be told.${series}` };
  }
}

/** For hosts: the meeting stands, and some came, left or moved. */
function wordsOfSome({ kind, booking }: Occasion, names: string): Words {
  if (kind === 'cancelled' && booking.status !== 'cancelled') {
    return { word: 'Left', heading: 'Somebody does not come', intro: `${names} left the meeting; it takes place.` };
  }
  if (kind === 'cancelled') return { word: 'Cancelled', heading: 'The meeting is cancelled', intro: `${names} was the last to leave it.` };
  if (kind === 'moved') return { word: 'Moved', heading: 'Somebody chose another time', intro: `${names} comes to this meeting now.` };
  if (kind === 'requested')
    return { word: 'Please answer', heading: 'A meeting waits for your answer', intro: `${names} asks for this time.` };
  return { word: 'Joined', heading: 'Somebody joined the meeting', intro: `${names} comes to the meeting.` };
}

function rowsFor(occasion: Occasion, reader: Reader): Letter['rows'] {
  const { booking, previous, kind } = occasion;
  const span = { start: booking.startAt, end: booking.endAt };
  const isHost = reader.role === 'host';
  const otherZone = isHost ? booking.attendees[0]?.timeZone : booking.hosts[0]?.timeZone;
  const other = otherZone === undefined ? undefined : toOtherZoneText(span, reader.clock, otherZone);
  const place = toPlaceText(booking.location);
  return [
    ['What', titleFor(occasion, reader)],
    ['When', `${toSpanText(span, reader.clock)}\n${toZoneText(span.start, reader.clock.timeZone)}`],
    ...row(isHost ? 'For them' : 'For the host', other),
    ...row('Also', timesFor(occasion, reader)),
    ...row(
      'Before',
      previous === undefined || previous.startAt === booking.startAt || kind === 'booked'
        ? undefined
        : toSpanText({ start: previous.startAt, end: previous.endAt }, reader.clock),
    ),
    ['Who', peopleFor(occasion, reader).join('\n')],
    ...row('Where', place === undefined ? undefined : forReader(place, occasion, reader)),
    ...row('Why', occasion.reason === undefined ? undefined : forReader(occasion.reason, occasion, reader)),
    ...(isHost ? answersOf(booking) : row('Notes', occasion.isUnrequested ? undefined : booking.description)),
  ];
}

function row(label: string, value: string | null | undefined): readonly (readonly [string, string])[] {
  const text = toCleanText(value ?? '', 5000);
  return text === '' ? [] : [[label, text]];
}

const SHOWN_TIMES = 60;

/** The other times of a series. */
function timesFor({ others }: Occasion, { clock }: Reader): string {
  const shown = others.slice(0, SHOWN_TIMES).map(({ startAt: start, endAt: end }) => toSpanText({ start, end }, clock));
  return [...shown, ...(others.length > SHOWN_TIMES ? [`and ${others.length - SHOWN_TIMES} more`] : [])].join('\n');
}

function forReader(text: string, { isUnrequested }: Occasion, { role }: Reader): string {
  return isUnrequested && role !== 'host' ? withoutAddresses(text, 200) : toCleanText(text);
}

/** Who takes part. Those who took one seat of many do not learn of the others. */
function peopleFor(occasion: Occasion, reader: Reader): readonly string[] {
  const { booking } = occasion;
  const hosts = booking.hosts.map((host) => `${toOneLine(host.name, 80)} (host)`);
  if (booking.seatsTotal !== null && reader.role !== 'host') return [...hosts, toOneLine(reader.name, 80)];
  return [...hosts, ...booking.attendees.map((attendee) => nameFor(attendee, occasion, reader))];
}

function nameFor(attendee: AttendeeRecord | undefined, { isUnrequested }: Occasion, { role }: Reader): string {
  if (attendee === undefined) return 'Somebody';
  if (role === 'host') return toOneLine(attendee.name === '' ? attendee.email : `${attendee.name} <${attendee.email}>`);
  if (attendee.name === '') return toOneLine(attendee.email);
  return isUnrequested ? withoutAddresses(attendee.name) : toOneLine(attendee.name, 80);
}

export function hostsOf({ hosts }: Pick<BookingRecord, 'hosts'>): string {
  return hosts.map((host) => host.name).join(', ');
}

const SHOWN_ELSEWHERE = new Set(['name', 'email', 'guests', 'title', 'location', 'rescheduleReason', 'displayEmail', 'displayGuests']);

/** What the booker answered, for the host alone. */
function answersOf({ responses }: BookingRecord): Letter['rows'] {
  return Object.entries(responses)
    .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
    .slice(0, 30)
    .flatMap(([name, answer]) => {
      const label = name === 'attendeePhoneNumber' ? 'Phone' : name === 'notes' ? 'Notes' : toOneLine(name, 60);
      const text = typeof answer === 'string' ? answer : Array.isArray(answer) ? answer.map(String).join(', ') : JSON.stringify(answer);
      return row(label, text);
    });
}
