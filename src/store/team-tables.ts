import type { Generated } from 'kysely';
import type { JsonColumn, JsonObject, TimestampColumn } from './database.ts';

export interface TeamsTable {
  id: Generated<number>;
  name: string;
  slug: string;
  /** IANA */
  time_zone: string;
  /** "Sunday" … "Saturday" */
  week_start: string;
  /** What the API keeps of a team and nothing here decides by. */
  details: JsonColumn<JsonObject>;
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export type MembershipRole = 'MEMBER' | 'ADMIN' | 'OWNER';

export interface MembershipsTable {
  id: Generated<number>;
  team_id: number;
  user_id: number;
  role: MembershipRole;
  /** An invitation counts only when it is accepted. */
  accepted: boolean;
  created_at: TimestampColumn;
}

/** All hosts take part, or one of them in turn. */
export type SchedulingType = 'collective' | 'roundRobin';

/** Who hosts a team's event type. */
export interface EventTypeHostsTable {
  event_type_id: number;
  user_id: number;
  /** Of a round robin: takes part in every booking instead of in turn. */
  mandatory: boolean;
  /** 0 (lowest) to 4 (highest) */
  priority: number;
  /** Standing bookings that came to this host in turn, and what a late joiner was credited. */
  assigned: Generated<number>;
  /** Counts the turns of the event type: the host with the smallest was chosen longest ago. */
  last_assigned: Generated<number>;
}

/** Whole days on which a user is away: the UTC dates of `start_at` and `end_at` are the local dates meant. */
export interface OutOfOfficeTable {
  id: Generated<number>;
  uuid: string;
  user_id: number;
  start_at: TimestampColumn;
  end_at: TimestampColumn;
  notes: string | null;
  /** "unspecified", "vacation", "travel", "sick" or "public_holiday" */
  reason: string;
  /** Who stands in. */
  to_user_id: number | null;
  created_at: TimestampColumn;
}

export interface TeamTables {
  teams: TeamsTable;
  memberships: MembershipsTable;
  event_type_hosts: EventTypeHostsTable;
  out_of_office: OutOfOfficeTable;
}
