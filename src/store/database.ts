import type { ColumnType, Generated, RawBuilder } from 'kysely';
import type { BookingStatus, DateOverride, WeeklyHours } from '../scheduling/model.ts';
import type { CreditEntriesTable, OauthGrantsTable, OauthTokensTable } from './account-tables.ts';
import type { RoomTables } from './booking-rooms.ts';
import type { EventTypeOptions } from './event-type-options.ts';
import type {
  CalendarBusyTable,
  CalendarCredentialsTable,
  CalendarFeedsTable,
  EmailCodesTable,
  FeedTokensTable,
  MailsTable,
} from './mail-feed-tables.ts';
import type { ChangePayload } from './outbox.ts';
import type { PrivateLinksTable } from './private-links.ts';
import type { ScriptTables } from './script-tables.ts';
import type { SchedulingType, TeamTables } from './team-tables.ts';
import type { WherebyTables } from './whereby-tables.ts';

/** `timestamptz`: read as epoch milliseconds, written with `timestamp(ms)`. */
export type TimestampColumn = ColumnType<number, RawBuilder<number>, RawBuilder<number>>;
export type NullableTimestampColumn = ColumnType<number | null, RawBuilder<number> | null | undefined, RawBuilder<number> | null>;
/** `jsonb`: read parsed, written with `json(value)`. */
export type JsonColumn<Value> = ColumnType<Value, RawBuilder<Value>, RawBuilder<Value>>;
/** `jsonb` that has a default in the table. */
export type DefaultedJsonColumn<Value> = ColumnType<Value, RawBuilder<Value> | undefined, RawBuilder<Value>>;

export type JsonObject = Readonly<Record<string, unknown>>;

export interface UsersTable {
  id: Generated<number>;
  username: string;
  name: string;
  email: string;
  /** IANA */
  time_zone: string;
  time_format: Generated<12 | 24>;
  /** "Sunday" … "Saturday" */
  week_start: Generated<string>;
  locale: Generated<string>;
  avatar_url: string | null;
  bio: string | null;
  default_schedule_id: number | null;
  metadata: DefaultedJsonColumn<JsonObject>;
  disabled_at: NullableTimestampColumn;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export interface ApiKeysTable {
  id: Generated<number>;
  user_id: number;
  /** SHA-256, hex, of what follows the prefix `cal_`. */
  key_hash: string;
  note: string | null;
  expires_at: NullableTimestampColumn;
  last_used_at: NullableTimestampColumn;
  created_at: TimestampColumn;
}

export interface SchedulesTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  time_zone: string;
  hours: JsonColumn<readonly WeeklyHours[]>;
  overrides: JsonColumn<readonly DateOverride[]>;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export interface EventTypesTable {
  id: Generated<number>;
  user_id: number;
  slug: string;
  title: string;
  description: string | null;
  length_minutes: number;
  hidden: Generated<boolean>;
  schedule_id: number | null;
  /** Null: the user's own. */
  team_id: number | null;
  /** Of a team's event type, and only of one. */
  scheduling_type: SchedulingType | null;
  /** Whoever joins the team becomes a host. */
  assign_all_members: Generated<boolean>;
  options: JsonColumn<EventTypeOptions>;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export interface BookingsTable {
  id: Generated<number>;
  uid: string;
  event_type_id: number | null;
  /** The organizer; all hosts stand in `booking_hosts`. */
  host_id: number;
  title: string;
  description: string | null;
  status: BookingStatus;
  start_at: TimestampColumn;
  end_at: TimestampColumn;
  before_buffer_minutes: number;
  after_buffer_minutes: number;
  /** Seats per slot when the booking was made; null when it is not seated. */
  seats_total: number | null;
  location: JsonColumn<unknown>;
  metadata: JsonColumn<JsonObject>;
  responses: JsonColumn<JsonObject>;
  cancellation_reason: string | null;
  cancelled_by_email: string | null;
  rejection_reason: string | null;
  rescheduling_reason: string | null;
  rescheduled_by_email: string | null;
  rescheduled_from_uid: string | null;
  rescheduled_to_uid: string | null;
  recurring_uid: string | null;
  ics_uid: string;
  ics_sequence: Generated<number>;
  absent_host: Generated<boolean>;
  /** Cancelled by a host who asks for another time. */
  reschedule_requested: Generated<boolean>;
  rating: number | null;
  /** The signed-in user or key owner who made it; null for an anonymous booker. */
  created_by_user_id: number | null;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

/** A host's diary: one row per booking and host, with all that availability asks, so that one index range answers it. */
export interface BookingHostsTable {
  booking_id: number;
  host_id: number;
  uid: string;
  event_type_id: number | null;
  status: BookingStatus;
  /** False for a booking that was deliberately allowed to overlap; the exclusion constraint passes over it. */
  blocking: Generated<boolean>;
  start_at: TimestampColumn;
  end_at: TimestampColumn;
  before_buffer_minutes: number;
  after_buffer_minutes: number;
  /** The booking widened by its own buffers. */
  blocked_start_at: TimestampColumn;
  blocked_end_at: TimestampColumn;
  seats_total: number | null;
}

export interface AttendeesTable {
  id: Generated<number>;
  booking_id: number;
  name: string;
  email: string;
  time_zone: string;
  language: Generated<string>;
  phone_number: string | null;
  absent: Generated<boolean>;
  /** Invited by the booker, not booking himself. */
  guest: Generated<boolean>;
  seat_uid: string | null;
  /** A seat's own answers and metadata; null when the booking is not seated. */
  seat: JsonColumn<SeatDetails | null>;
  created_at: TimestampColumn;
}

export interface SeatDetails {
  readonly responses: JsonObject;
  readonly metadata: JsonObject;
}

export interface SlotReservationsTable {
  id: Generated<number>;
  uid: string;
  event_type_id: number;
  host_id: number;
  user_id: number | null;
  start_at: TimestampColumn;
  end_at: TimestampColumn;
  /** It takes one seat instead of the whole slot. */
  is_seat: Generated<boolean>;
  reserved_until: TimestampColumn;
  created_at: TimestampColumn;
}

export interface SessionsTable {
  token_hash: string;
  user_id: number;
  user_agent: string | null;
  created_at: TimestampColumn;
  expires_at: TimestampColumn;
}

export interface SignInTokensTable {
  token_hash: string;
  user_id: number;
  created_at: TimestampColumn;
  expires_at: TimestampColumn;
}

export interface ApprovalsTable {
  id: string;
  user_id: number;
  tool: string;
  account: string;
  effect: string;
  card: JsonColumn<unknown>;
  input: JsonColumn<unknown>;
  surface: string;
  conversation_id: string | null;
  tool_call_id: string | null;
  input_hash: string;
  before_hash: string;
  time_zone: string;
  utterance: string | null;
  state: string;
  created_at: TimestampColumn;
  expires_at: TimestampColumn;
  decided_at: NullableTimestampColumn;
  turn_id: string | null;
  script: string | null;
  project_rules: DefaultedJsonColumn<unknown>;
  undoes: number | null;
}

/** What was done, row by row; the last five columns are the database's own reading of `body`. */
export interface JournalRowsTable {
  /** 1, 2, 3, … without a gap. */
  sequence: number;
  user_id: number;
  /** Of the row before this one; 64 zeros before the first. */
  previous_hash: string;
  /** SHA-256, hex, of the previous hash, a line feed and the body. */
  hash: string;
  /** JSON, as it was written. */
  body: string;
  kind: ColumnType<'intent' | 'outcome' | 'wire' | 'run', never, never>;
  /** Of an outcome: the intent it ends; of all others their own sequence. */
  entry: ColumnType<number, never, never>;
  /** ISO instant in UTC with milliseconds. */
  at: ColumnType<string, never, never>;
  turn: ColumnType<string | null, never, never>;
  undoes: ColumnType<number | null, never, never>;
}

export interface ConversationsTable {
  id: string;
  user_id: number;
  title: string;
  /** Of the message that comes next. */
  next_sequence: Generated<number>;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export interface MessagesTable {
  conversation_id: string;
  /** Counts from 0 within its conversation. */
  sequence: number;
  id: string;
  role: string;
  parts: JsonColumn<readonly unknown[]>;
  metadata: JsonColumn<unknown>;
  created_at: TimestampColumn;
}

export interface SettingsTable {
  /** Null for the whole installation. */
  user_id: number | null;
  key: string;
  value: JsonColumn<unknown>;
  updated_at: TimestampColumn;
}

export interface WebhooksTable {
  id: string;
  user_id: number;
  /** Null: for all of the user's event types. */
  event_type_id: number | null;
  subscriber_url: string;
  triggers: JsonColumn<readonly string[]>;
  active: boolean;
  /** As it was given: the API shows it again. */
  secret: string | null;
  payload_template: string | null;
  version: string;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

/** What happened, written in the transaction that made it happen. */
export interface OutboxTable {
  id: string;
  sequence: Generated<number>;
  /** A webhook trigger: "BOOKING_CREATED" */
  kind: string;
  user_id: number;
  event_type_id: number | null;
  booking_uid: string | null;
  payload: JsonColumn<ChangePayload>;
  /** The domain clock. */
  created_at: TimestampColumn;
  /** The process clock; null until a job per consumer stands for it. */
  dispatched_at: NullableTimestampColumn;
  /** The database's clock: nobody is told before. */
  held_until: NullableTimestampColumn;
}

export interface WebhookDeliveriesTable {
  /** Of every attempt: receivers tell repetitions by it. */
  id: string;
  webhook_id: string;
  change_id: string;
  trigger: string;
  content_type: string;
  /** The exact text that is signed and sent. */
  body: string;
  state: Generated<'pending' | 'delivered' | 'dead'>;
  attempts: Generated<number>;
  last_status: number | null;
  last_error: string | null;
  created_at: TimestampColumn;
  last_attempt_at: NullableTimestampColumn;
  finished_at: NullableTimestampColumn;
}

export interface AnsweredRequestsTable {
  credential: string;
  name: string;
  /** SHA-256, hex. */
  body_hash: string;
  result: ColumnType<unknown, RawBuilder<unknown> | null, RawBuilder<unknown> | null>;
  created_at: TimestampColumn;
}

/** Every table of Kalends, as the query builder sees it. */
export interface Database extends TeamTables, WherebyTables, RoomTables, ScriptTables {
  users: UsersTable;
  api_keys: ApiKeysTable;
  schedules: SchedulesTable;
  event_types: EventTypesTable;
  bookings: BookingsTable;
  booking_hosts: BookingHostsTable;
  attendees: AttendeesTable;
  slot_reservations: SlotReservationsTable;
  private_links: PrivateLinksTable;
  sessions: SessionsTable;
  sign_in_tokens: SignInTokensTable;
  credit_entries: CreditEntriesTable;
  oauth_grants: OauthGrantsTable;
  oauth_tokens: OauthTokensTable;
  approvals: ApprovalsTable;
  journal_rows: JournalRowsTable;
  conversations: ConversationsTable;
  messages: MessagesTable;
  settings: SettingsTable;
  answered_requests: AnsweredRequestsTable;
  webhooks: WebhooksTable;
  outbox: OutboxTable;
  webhook_deliveries: WebhookDeliveriesTable;
  mails: MailsTable;
  email_codes: EmailCodesTable;
  feed_tokens: FeedTokensTable;
  calendar_credentials: CalendarCredentialsTable;
  calendar_feeds: CalendarFeedsTable;
  calendar_busy: CalendarBusyTable;
}
