import { randomUUID } from 'node:crypto';
import type { BookingRecord } from '../store/bookings.ts';
import type { EventTypeOptions } from '../store/event-type-options.ts';
import { findEventTypes } from '../store/event-types.ts';
import { insertMail, insertMails, lockMail, type NewMail } from '../store/mails.ts';
import { readSigningSecret } from '../store/signing-secret.ts';
import type { Store, Transaction } from '../store/store.ts';
import { findUsers } from '../store/users.ts';
import { composeLetter } from './compose.ts';
import { forCalendars, isWanted, withoutHostAddresses } from './discretion.ts';
import { composeInvitation } from './invitation.ts';
import { type LetterAction, toLetterHtml, toLetterText } from './letter.ts';
import { findExceeded } from './limits.ts';
import { createLinks, type LinkAction, type Links } from './links.ts';
import { type Occasion, type Reader, readersOf } from './occasion.ts';
import { addressOf, isReachable, type MailSettings, mailStatus } from './status.ts';

export interface PostOffice {
  readonly store: Store;
  readonly settings: MailSettings;
  /** Where Kalends is reached from outside, now: "https://kalends.example.com". */
  readonly publicUrl: () => string;
  /** Process clock. */
  readonly processNow: () => number;
}

export interface Posting {
  readonly occasion: Occasion;
  /** What it follows from: whatever is posted twice under one id is there once. */
  readonly changeId: string;
}

/** Called for every new message that is to be sent, in the transaction that stores it. */
export type OnQueued = (tx: Transaction, mailId: string) => Promise<void>;

/** Writes the messages of occasions to all who take part. Those of an occasion are stored together, each once, whatever is repeated. */
export async function post(office: PostOffice, postings: readonly Posting[], onQueued: OnQueued): Promise<void> {
  const { store } = office;
  const about = await readAbout(office, postings);
  const kept: NewMail[] = [];
  for (const posting of postings) {
    const mails = composeAll(office, posting, about);
    if (mails.every(({ state }) => state === 'kept')) kept.push(...mails);
    else await store.transaction((tx) => storeCounted(tx, { booking: posting.occasion.booking, mails, onQueued }));
    // Composing many takes a while, and requests come first.
    if (postings.length > 1) await new Promise(setImmediate);
  }
  // What nobody is sent is not held back from anybody.
  await insertMails(store.db, kept);
}

/** What the letters of some occasions need besides them. */
interface About {
  readonly links: Links;
  readonly optionsOf: (booking: BookingRecord) => EventTypeOptions;
  readonly isTwelveHour: (hostId: number) => boolean;
}

async function readAbout({ store: { db }, processNow }: PostOffice, postings: readonly Posting[]): Promise<About> {
  const bookings = postings.map(({ occasion }) => occasion.booking);
  const hosts = await findUsers(db, unique(bookings.flatMap(({ hosts: all }) => all.map(({ id }) => id))));
  const eventTypes = await findEventTypes(db, unique(bookings.flatMap(({ eventType }) => eventType?.id ?? [])));
  const timeFormats = new Map(hosts.map(({ id, timeFormat }) => [id, timeFormat]));
  const options = new Map(eventTypes.map((eventType) => [eventType.id, eventType.options]));
  return {
    links: createLinks(await readSigningSecret(db, processNow())),
    optionsOf: ({ eventType }) => (eventType === null ? undefined : options.get(eventType.id)) ?? {},
    isTwelveHour: (hostId) => timeFormats.get(hostId) === 12,
  };
}

function unique(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)];
}

function composeAll(office: PostOffice, { occasion, changeId }: Posting, { links, optionsOf, isTwelveHour }: About): readonly NewMail[] {
  const options = optionsOf(occasion.booking);
  const readers = readersOf(occasion, isTwelveHour).filter((reader) => isWanted(reader, options));
  const allowed = allowedActions(occasion, options);
  return readers.map((reader) => {
    const actionsOn = rememberByUid((one) => actionsFor(one, reader, { office, links, allowed }));
    const shown = withoutHostAddresses(occasion, reader, { options, office: addressOf(office.settings) });
    return compose(office, { occasion: shown, told: forCalendars(shown, options), reader, changeId, actionsOn });
  });
}

/** Letter and calendar ask for the same links, and signing them is most of the work. */
function rememberByUid(actionsOn: Composition['actionsOn']): Composition['actionsOn'] {
  const known = new Map<string, readonly LetterAction[]>();
  return (booking) => {
    const actions = known.get(booking.uid) ?? actionsOn(booking);
    known.set(booking.uid, actions);
    return actions;
  };
}

interface Storing {
  readonly booking: BookingRecord;
  readonly mails: readonly NewMail[];
  readonly onQueued: OnQueued;
}

/** Stores messages of which some are to be sent: as many to one mailbox as may be. */
async function storeCounted(tx: Transaction, { booking, mails, onQueued }: Storing): Promise<void> {
  const hostAddresses = booking.hosts.map((host) => host.email);
  await lockMail(
    tx,
    booking.hostId,
    mails.map((mail) => mail.recipient),
  );
  for (const mail of mails) {
    const held =
      mail.unrequested && mail.state === 'queued'
        ? await findExceeded(tx, { userId: booking.hostId, address: mail.recipient, hostAddresses, now: mail.now })
        : undefined;
    const stored: NewMail = held === undefined ? mail : { ...mail, state: 'held', lastError: held };
    if ((await insertMail(tx, stored)) && stored.state === 'queued') await onQueued(tx, stored.id);
  }
}

interface Composition {
  readonly occasion: Occasion;
  /** The same as it goes into calendars. */
  readonly told: Occasion;
  readonly reader: Reader;
  readonly changeId: string;
  /** What the reader may do with one of the meetings. */
  readonly actionsOn: (booking: BookingRecord) => readonly LetterAction[];
}

function compose({ settings, processNow, publicUrl }: PostOffice, { occasion, told, reader, changeId, actionsOn }: Composition): NewMail {
  const { booking, others, kind, isUnrequested } = occasion;
  // The entry of each meeting of a series has its own links; the letter has those of the first.
  const actions = actionsOn(booking).map((action) => (others.length === 0 ? action : { ...action, label: `${action.label} (the first)` }));
  const letter = composeLetter(occasion, reader, { baseUrl: publicUrl(), actions });
  const invitation = composeInvitation(told, reader, actionsOn);
  const kept = whyKept(settings, reader.email);
  return {
    id: randomUUID(),
    userId: booking.hostId,
    bookingUid: booking.uid,
    changeId,
    kind,
    recipient: reader.email,
    recipientName: reader.name,
    replyTo: replyTo(occasion, reader),
    subject: letter.subject,
    text: toLetterText(letter),
    html: toLetterHtml(letter),
    calendar: invitation?.content ?? null,
    calendarMethod: invitation?.method ?? null,
    unrequested: isUnrequested,
    state: kept === undefined ? 'queued' : 'kept',
    lastError: kept ?? null,
    now: processNow(),
  };
}

/** Why a message cannot be sent at all. */
export function whyKept(settings: MailSettings, address: string): string | undefined {
  if (!isReachable(address)) return `No mail can reach "${address}".`;
  return mailStatus(settings).canSend ? undefined : 'No SMTP_URL is set.';
}

/** An answer goes to the other side. */
function replyTo({ booking }: Occasion, { role }: Reader): string | null {
  const other = role === 'host' ? booking.attendees[0]?.email : booking.hosts[0]?.email;
  return other !== undefined && isReachable(other) ? other : null;
}

const LABELS: Readonly<Record<LinkAction, string>> = { reschedule: 'Choose another time', cancel: 'Cancel the meeting' };

function allowedActions({ booking, kind, isMoveWanted }: Occasion, options: EventTypeOptions): readonly LinkAction[] {
  if (isMoveWanted) return ['reschedule'];
  if (kind === 'cancelled' || kind === 'declined' || booking.eventType === null) return [];
  return [
    ...(options.disableRescheduling?.disabled === true ? [] : (['reschedule'] as const)),
    ...(options.disableCancelling?.disabled === true ? [] : (['cancel'] as const)),
  ];
}

interface LinkParts {
  readonly office: PostOffice;
  readonly links: Links;
  readonly allowed: readonly LinkAction[];
}

/** Only who booked may act for all; a guest answers in their own calendar, a host in Kalends. */
function actionsFor(booking: BookingRecord, { role, email }: Reader, { office, links, allowed }: LinkParts): readonly LetterAction[] {
  const attendee = booking.attendees.find((candidate) => candidate.email.toLowerCase() === email.toLowerCase());
  if (role !== 'booker' || attendee === undefined) return [];
  return allowed.map((action) => {
    const token = links.sign({ action, bookingUid: booking.uid, attendeeId: attendee.id, expiresAt: booking.endAt });
    return { label: LABELS[action], url: `${office.publicUrl()}/b/${token}` };
  });
}
