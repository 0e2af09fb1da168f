import type { Generated } from 'kysely';
import type { NullableTimestampColumn, TimestampColumn } from './database.ts';

export type MailKind = 'booked' | 'moved' | 'cancelled' | 'confirmed' | 'declined' | 'requested' | 'changed' | 'reminder' | 'code';

/** `queued` waits to be sent, `kept` is only to be read here, `held` was too much for one mailbox, `failed` was refused for good. */
export type MailState = 'queued' | 'sent' | 'kept' | 'held' | 'failed';

export interface MailsTable {
  id: string;
  sequence: Generated<number>;
  /** The organizer of the booking it is about. */
  user_id: number;
  /** Empty for a code. */
  booking_uid: string;
  /** What it follows from; with recipient and kind it is unique. */
  change_id: string;
  kind: MailKind;
  recipient: string;
  /** All spellings of one mailbox are counted together. */
  mailbox: string;
  recipient_name: string;
  reply_to: string | null;
  subject: string;
  body_text: string;
  body_html: string;
  /** iCalendar */
  calendar: string | null;
  calendar_method: 'REQUEST' | 'CANCEL' | null;
  /** Caused by somebody nobody knows. */
  unrequested: boolean;
  state: MailState;
  attempts: Generated<number>;
  last_error: string | null;
  /** Process clock. */
  created_at: TimestampColumn;
  sent_at: NullableTimestampColumn;
}

/** Codes that prove an email address before it books. */
export interface EmailCodesTable {
  event_type_id: number;
  /** In lower case. */
  email: string;
  /** HMAC-SHA256, hex; null until the code is made. */
  code_hash: string | null;
  attempts: Generated<number>;
  /** Process clock, like the one that follows. */
  requested_at: TimestampColumn;
  expires_at: NullableTimestampColumn;
}

export interface FeedTokensTable {
  user_id: number;
  /** SHA-256, hex. */
  token_hash: string;
  /** The token is derived from it and the installation's secret. */
  generation: number;
  created_at: TimestampColumn;
}

/** One connection to outside calendars, as the API counts them: a list of feeds saved together. */
export interface CalendarCredentialsTable {
  id: Generated<number>;
  user_id: number;
  read_only: boolean;
  created_at: TimestampColumn;
}

export interface CalendarFeedsTable {
  id: Generated<number>;
  credential_id: number;
  user_id: number;
  url: string;
  /** As the calendar calls itself. */
  name: string | null;
  /** Its events block time. */
  selected: Generated<boolean>;
  /** Process clock, like the two that follow. */
  fetched_at: NullableTimestampColumn;
  succeeded_at: NullableTimestampColumn;
  last_error: string | null;
  next_fetch_at: TimestampColumn;
}

/** What a feed said last, as taken time and nothing more. */
export interface CalendarBusyTable {
  feed_id: number;
  user_id: number;
  start_at: TimestampColumn;
  end_at: TimestampColumn;
}
