import type { Expression, SqlBool } from 'kysely';
import type { MailKind, MailState } from './mail-feed-tables.ts';
import { nullableTimestamp, timestamp, toJsonText, toStorableText, toTimestampText } from './sql-values.ts';
import { defineStatement } from './statement.ts';
import type { Handle, Transaction } from './store.ts';

export type { MailKind, MailState } from './mail-feed-tables.ts';

export interface MailRecord {
  readonly id: string;
  readonly bookingUid: string;
  readonly kind: MailKind;
  readonly recipient: string;
  readonly recipientName: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** iCalendar, with its method. */
  readonly calendar: string | null;
  readonly calendarMethod: 'REQUEST' | 'CANCEL' | null;
  readonly state: MailState;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly sentAt: number | null;
}

const COLUMNS = [
  'id',
  'booking_uid as bookingUid',
  'kind',
  'recipient',
  'recipient_name as recipientName',
  'reply_to as replyTo',
  'subject',
  'body_text as text',
  'body_html as html',
  'calendar',
  'calendar_method as calendarMethod',
  'state',
  'attempts',
  'last_error as lastError',
  'created_at as createdAt',
  'sent_at as sentAt',
] as const;

export interface NewMail
  extends Pick<MailRecord, 'id' | 'bookingUid' | 'kind' | 'recipientName' | 'replyTo' | 'subject' | 'text' | 'html'> {
  readonly userId: number;
  readonly changeId: string;
  readonly recipient: string;
  readonly calendar: string | null;
  readonly calendarMethod: MailRecord['calendarMethod'];
  /** Nobody who is known here asked for it: it counts against its mailbox. */
  readonly unrequested: boolean;
  readonly state: 'queued' | 'kept' | 'held';
  /** Why it is kept or held. */
  readonly lastError: string | null;
  /** Process clock. */
  readonly now: number;
}

/** Writes a message once per change, recipient and kind; false when it was there already. */
export async function insertMail(handle: Handle, mail: NewMail): Promise<boolean> {
  return (await insertMails(handle, [mail])).length === 1;
}

/** The same for many in one statement; the ids of those that were not there. */
export async function insertMails(handle: Handle, mails: readonly NewMail[]): Promise<readonly string[]> {
  if (mails.length === 0) return [];
  const rows = mails.map((mail) => ({ ...mail, mailbox: toMailbox(mail.recipient), createdAt: toTimestampText(mail.now) }));
  return (await insertAll(handle, toJsonText(rows))).map(({ id }) => id);
}

const insertAll = defineStatement<{
  readonly id: string;
}>(`insert into mails (id, user_id, booking_uid, change_id, kind, recipient, mailbox, recipient_name,
    reply_to, subject, body_text, body_html, calendar, calendar_method, unrequested, state, last_error, created_at)
  select * from json_to_recordset($1::json) as mail (id uuid, "userId" integer, "bookingUid" text, "changeId" text, kind text, recipient text, mailbox text,
    "recipientName" text, "replyTo" text, subject text, "text" text, html text, calendar text, "calendarMethod" text, unrequested boolean, state text,
    "lastError" text, "createdAt" timestamptz)
  on conflict on constraint mails_once do nothing returning id`);

/** The one spelling under which a mailbox is counted: without case, tags after "+", and the dots that Gmail does not see. */
export function toMailbox(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = address
    .slice(at + 1)
    .trim()
    .toLowerCase();
  const name = address.slice(0, at).trim().toLowerCase().replace(/\+.*$/, '');
  return domain === 'gmail.com' || domain === 'googlemail.com' ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${domain}`;
}

/** First keys of the advisory locks on those who cause and those who get mail. */
const MAILBOX = 0x4b41_4c03;
const SENDER = 0x4b41_4c04;

/** Until the transaction ends nobody else counts what a host's bookings send, and what these mailboxes get. */
export async function lockMail(tx: Transaction, userId: number, addresses: readonly string[]): Promise<void> {
  await lockSenderAndMailboxes(tx, SENDER, userId, MAILBOX, JSON.stringify(addresses.map(toMailbox)));
}

// The one key of a host comes first, so two changes of different hosts meet only at the mailboxes, and there in order.
const lockSenderAndMailboxes = defineStatement(`select case when pg_advisory_xact_lock($1::integer, $2::integer) is not null then
  (select count(pg_advisory_xact_lock($3::integer, key)) from (
    select distinct hashtext(mailbox) as key from jsonb_array_elements_text($4::jsonb) as list (mailbox) order by 1) as keys) end`);

export interface Count {
  readonly lastHour: number;
  readonly lastDay: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How many messages nobody known had asked for, to a mailbox or to strangers about a host's bookings. What was held does not count. */
export async function countUnrequested(
  handle: Handle,
  of: { readonly address: string } | { readonly userId: number; readonly exceptTo: readonly string[] },
  now: number,
): Promise<Count> {
  return await handle
    .selectFrom('mails')
    .select((eb) => [
      eb.fn
        .countAll<number>()
        .filterWhere('created_at', '>', timestamp(now - HOUR_MS))
        .as('lastHour'),
      eb.fn.countAll<number>().as('lastDay'),
    ])
    .where((eb) =>
      'address' in of
        ? eb('mailbox', '=', toMailbox(of.address))
        : eb.and([eb('user_id', '=', of.userId), eb('mailbox', 'not in', of.exceptTo.map(toMailbox))]),
    )
    .where('unrequested', '=', true)
    .where('state', '!=', 'held')
    .where('created_at', '>', timestamp(now - DAY_MS))
    .executeTakeFirstOrThrow();
}

export async function getMail(handle: Handle, id: string): Promise<MailRecord | undefined> {
  return await handle.selectFrom('mails').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export interface MailReport {
  readonly state: 'sent' | 'queued' | 'failed';
  readonly error?: string;
  /** Put in place of what it said: a secret is not kept longer than it is needed. */
  readonly replaced?: string | undefined;
  /** Process clock. */
  readonly now: number;
}

/** What became of an attempt to send a message that waits for it. */
export async function reportMail(handle: Handle, id: string, { state, error, replaced, now }: MailReport): Promise<void> {
  await handle
    .updateTable('mails')
    .set((eb) => ({
      state,
      attempts: eb('attempts', '+', 1),
      last_error: error === undefined ? null : toStorableText(error),
      sent_at: nullableTimestamp(state === 'sent' ? now : null),
      ...(replaced === undefined ? {} : { body_text: replaced, body_html: replaced }),
    }))
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .execute();
}

/** Messages that were to be sent and are not, since before `before` (process clock); oldest first. */
export async function listQueuedMails(handle: Handle, before: number, limit: number): Promise<readonly string[]> {
  const rows = await handle
    .selectFrom('mails')
    .select('id')
    .where('state', '=', 'queued')
    .where('created_at', '<', timestamp(before))
    .orderBy('created_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** The newest first. */
export async function listMails(
  handle: Handle,
  userId: number,
  { limit, state }: { readonly limit: number; readonly state?: MailState | undefined },
): Promise<readonly MailRecord[]> {
  return await handle
    .selectFrom('mails')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where((eb): Expression<SqlBool> => (state === undefined ? eb.lit(true) : eb('state', '=', state)))
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
}

/** Up to `limit` messages whose id begins so: two mean that more must be written. */
export async function findMails(handle: Handle, userId: number, idStart: string, limit: number): Promise<readonly MailRecord[]> {
  return await handle
    .selectFrom('mails')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where((eb) => eb(eb.cast<string>('id', 'text'), 'like', `${idStart.replace(/[^0-9a-f-]/gi, '_').toLowerCase()}%`))
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
}
