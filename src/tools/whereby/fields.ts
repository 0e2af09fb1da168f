import { z } from 'zod';
import type { CardField } from '../../toolkit/card.ts';
import type { ToolContext } from '../../toolkit/tool.ts';
import { type Meeting, meeting } from '../../wire/whereby/index.ts';
import type { WherebyClients } from '../clients.ts';
import { parseMoment, toDayLabel, toRangeLabel, toTimeLabel } from '../moment.ts';

export type WherebyContext = ToolContext<WherebyClients>;

const BOTH = ['local', 'hosted'] as const;

/** What all tools of Whereby have in common. */
export const whereby = { namespace: 'whereby', provider: 'whereby', accounts: BOTH } as const;

export const roomName = z
  .string()
  .trim()
  .min(1, { error: 'must not be empty' })
  .max(500)
  .describe('The room\'s name, for example "standup-3f2a"; its link or id does as well.');

export const limit = z.int().min(1).max(100).optional().describe('How many at most, for example 20; 50 when absent.');
export const cursor = z.string().min(1).max(4000).optional().describe('meta.nextCursor of the page before, for example "eyJpZCI6".');

export const idOf = (what: string, list: string) =>
  z.string().trim().min(1, { error: 'must not be empty' }).max(200).describe(`The ${what}'s id, for example "3f2a…"; ${list} shows it.`);

/** A room as the tools answer it: the API's own members, with `meetingUrl` beside them. */
export const room = meeting.extend({ meetingUrl: z.string() });

export type Room = z.output<typeof room>;

export function toRoom(found: Meeting): Room {
  return { ...found, meetingUrl: found.roomUrl };
}

/** What `get_meeting` and its like answer for a page of things. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), meta: z.object({ nextCursor: z.string().nullable() }) });
}

/** "standup-3f2a", however it was written: with a slash, as a link, with a key in it. */
export function toBareName(text: string): string {
  const path = URL.canParse(text) && /^https?:/i.test(text) ? decodeURIComponent(new URL(text).pathname) : text;
  return (
    path
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? ''
  );
}

/** Of a room that is known: its own name, or the last part of its link. */
export function nameOf({ roomName: name, roomUrl }: Pick<Meeting, 'roomName' | 'roomUrl'>): string {
  return toBareName(name ?? roomUrl);
}

/** "Tue 8 Jan 2030, 14:00" */
export function toMomentLabel(iso: string, timeZone: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? iso : `${toDayLabel(at, timeZone)}, ${toTimeLabel(at, timeZone)}`;
}

export function toSpanLabel(start: string | null | undefined, end: string | null | undefined, timeZone: string): string | undefined {
  if (start == null) return undefined;
  if (end == null) return `${toMomentLabel(start, timeZone)} – now`;
  return toRangeLabel(Date.parse(start), Date.parse(end), timeZone);
}

/** "1 h 5 min" */
export function toDurationLabel(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return `${Math.round(seconds)} s`;
  const hours = Math.floor(minutes / 60);
  return [...(hours > 0 ? [`${hours} h`] : []), ...(minutes % 60 > 0 || hours === 0 ? [`${minutes % 60} min`] : [])].join(' ');
}

export function accountField({ account }: Pick<WherebyContext, 'account'>): readonly CardField[] {
  return account === 'local' ? [] : [{ label: 'Account', value: account }];
}

/** The instant of an optional argument as the API reads it. */
export function toInstant(text: string | undefined, timeZone: string): string | undefined {
  return text === undefined ? undefined : new Date(parseMoment(text, timeZone)).toISOString();
}
