import type { Generated } from 'kysely';
import type { DefaultedJsonColumn, JsonColumn, JsonObject, NullableTimestampColumn, TimestampColumn } from './database.ts';

/** Where a recording or transcription is kept: here, or in a bucket of the customer's. */
export type MediaStorage = 'whereby' | 's3';

export interface WherebyRoomSettings {
  readonly recording?: { readonly type: 'none' | 'local' | 'cloud'; readonly storage: MediaStorage; readonly startTrigger: string | null };
  readonly liveTranscription?: { readonly storage: MediaStorage; readonly startTrigger: string | null; readonly language: string | null };
  readonly streaming?: { readonly startTrigger: string | null };
}

export interface WherebyBackground {
  readonly palette?: string;
  readonly theme?: string;
  readonly fileId?: string;
}

export interface WherebyTheme {
  readonly colors?: { readonly primary?: string; readonly secondary?: string; readonly focus?: string };
  readonly tokensPreset?: 'custom' | 'default';
  /** The default one when absent. */
  readonly logoFileId?: string;
  readonly roomBackground?: WherebyBackground;
  readonly knockPageBackground?: WherebyBackground;
}

export interface WherebyRoomsTable {
  id: Generated<number>;
  user_id: number;
  /** With its leading slash. */
  name: string;
  mode: 'normal' | 'group';
  is_viewer_mode: boolean;
  is_locked: boolean;
  settings: JsonColumn<WherebyRoomSettings>;
  theme: DefaultedJsonColumn<WherebyTheme>;
  created_at: TimestampColumn;
  end_at: TimestampColumn;
  /** Deleted, or expired. */
  closed_at: NullableTimestampColumn;
}

export interface WherebyFilesTable {
  id: string;
  user_id: number;
  content_type: string;
  content: Uint8Array;
  created_at: TimestampColumn;
}

export interface WherebySessionsTable {
  id: string;
  sequence: Generated<number>;
  room_id: number;
  started_at: TimestampColumn;
  ended_at: NullableTimestampColumn;
}

export type WherebyClientState = 'knocking' | 'present' | 'left' | 'turned_away' | 'gave_up';

/** Somebody at the door of a room or in it, once per visit. */
export interface WherebyClientsTable {
  id: string;
  sequence: Generated<number>;
  room_id: number;
  state: WherebyClientState;
  display_name: string;
  role_name: string;
  device_id: string;
  person_id: string;
  external_id: string | null;
  metadata: string | null;
  user_agent: string;
  is_dial_in: boolean;
  knocked_at: NullableTimestampColumn;
  joined_at: NullableTimestampColumn;
  left_at: NullableTimestampColumn;
  /** Process clock; null for who did not come by the page. */
  seen_at: NullableTimestampColumn;
  rating: number | null;
  tags: JsonColumn<readonly string[] | null>;
  comment: string | null;
  samples: JsonColumn<JsonObject | null>;
}

export interface WherebyParticipantsTable {
  sequence: Generated<number>;
  session_id: string;
  client_id: string;
  joined_at: TimestampColumn;
  left_at: NullableTimestampColumn;
}

export interface WherebyUtterancesTable {
  sequence: Generated<number>;
  session_id: string;
  client_id: string;
  at: TimestampColumn;
  text: string;
}

export interface WherebyRecordingsTable {
  id: string;
  sequence: Generated<number>;
  room_id: number;
  session_id: string;
  filename: string;
  started_at: TimestampColumn;
  /** Null while it is being recorded. */
  ended_at: NullableTimestampColumn;
  size_bytes: number | null;
  storage: MediaStorage;
  file_id: string | null;
  /** It still counts as minutes recorded. */
  deleted_at: NullableTimestampColumn;
}

export interface WherebyTranscriptionsTable {
  id: string;
  sequence: Generated<number>;
  room_id: number;
  session_id: string;
  recording_id: string | null;
  kind: 'live' | 'recording';
  state: 'in_progress' | 'ready' | 'failed';
  filename: string;
  started_at: TimestampColumn;
  ended_at: NullableTimestampColumn;
  created_at: TimestampColumn;
  storage: MediaStorage;
  file_id: string | null;
}

export interface WherebySummariesTable {
  id: string;
  sequence: Generated<number>;
  transcription_id: string;
  template: string;
  content: JsonColumn<JsonObject>;
  created_at: TimestampColumn;
}

export interface WherebyWebhooksTable {
  id: string;
  user_id: number;
  url: string;
  /** As it was given: messages are signed with it. */
  secret: string;
  events: JsonColumn<readonly string[]>;
  active: boolean;
  created_at: TimestampColumn;
}

export interface WherebyEventsTable {
  id: string;
  sequence: Generated<number>;
  user_id: number;
  room_id: number | null;
  type: string;
  /** The exact text that is signed and sent. */
  body: string;
  created_at: TimestampColumn;
}

/** Times are of the process clock. */
export interface WherebyDeliveriesTable {
  id: string;
  webhook_id: string;
  event_id: string;
  state: Generated<'pending' | 'delivered' | 'dead'>;
  attempts: Generated<number>;
  last_status: number | null;
  last_error: string | null;
  created_at: TimestampColumn;
  last_attempt_at: NullableTimestampColumn;
  finished_at: NullableTimestampColumn;
}

export interface WherebyTables {
  whereby_rooms: WherebyRoomsTable;
  whereby_files: WherebyFilesTable;
  whereby_sessions: WherebySessionsTable;
  whereby_clients: WherebyClientsTable;
  whereby_participants: WherebyParticipantsTable;
  whereby_utterances: WherebyUtterancesTable;
  whereby_recordings: WherebyRecordingsTable;
  whereby_transcriptions: WherebyTranscriptionsTable;
  whereby_summaries: WherebySummariesTable;
  whereby_webhooks: WherebyWebhooksTable;
  whereby_events: WherebyEventsTable;
  whereby_deliveries: WherebyDeliveriesTable;
}
