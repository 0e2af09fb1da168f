import { randomUUID } from 'node:crypto';
import type { BookingRecord } from '../store/bookings.ts';
import type { EventTypeOptions } from '../store/event-type-options.ts';
import { getEventType } from '../store/event-types.ts';
import { insertMail, lockMail, type NewMail } from '../store/mails.ts';
import { readSigningSecret } from '../store/signing-secret.ts';
import type { Store, Transaction } from '../store/store.ts';
import { getUser } from '../store/users.ts';
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
  /** Called for every new message that is to be sent, in the transaction that stores it. */
  readonly onQueued: (tx: Transaction, mailId: string) => Promise<void>;
}

/** Writes the messages of an occasion to all who take part. All of them are stored together, each once, whatever is repeated. */
export async function post(office: PostOffice, { occasion, changeId, onQueued }: Posting): Promise<void> {
  const { store, processNow } = office;
  const { booking } = occasion;
  const clocks = new Map(await Promise.all(booking.hosts.map(async ({ id }) => [id, (await getUser(store.db, id))?.timeFormat] as const)));
  const options = booking.eventType === null ? {} : ((await getEventType(store.db, booking.eventType.id))?.options ?? {});
  const readers = readersOf(occasion, (hostId) => clocks.get(hostId) === 12).filter((reader) => isWanted(reader, options));
  const links = createLinks(await readSigningSecret(store.db, processNow()));
  const allowed = allowedActions(occasion, options);
  const mails = readers.map((reader) => {
    const actionsOn = (one: BookingRecord) => actionsFor(one, reader, { office, links, allowed });
    const shown = withoutHostAddresses(occasion, reader, { options, office: addressOf(office.settings) });
    return compose(office, { occasion: shown, told: forCalendars(shown, options), reader, changeId, actionsOn });
  });

  await store.transaction(async (tx) => {
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
  });
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
