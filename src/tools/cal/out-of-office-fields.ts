import { AppError } from '../../errors.ts';
import type { Card, CardField } from '../../toolkit/card.ts';
import type { OutOfOffice, OutOfOfficeInput } from '../../wire/calcom/out-of-office.ts';
import { startOfDate, toDayLabel } from '../moment.ts';
import type { CalContext } from './fields.ts';

interface Wish {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly reason?: OutOfOffice['reason'] | undefined;
  readonly notes?: string | undefined;
  readonly to_user_id?: number | undefined;
}

/** The API's absences are whole days of UTC. */
export function toBody({ start: from, end: to, reason, notes, to_user_id }: Wish): OutOfOfficeInput {
  return {
    ...(from === undefined ? {} : { start: `${toDay(from)}T00:00:00.000Z` }),
    ...(to === undefined ? {} : { end: `${toDay(to)}T23:59:59.999Z` }),
    ...(reason == null ? {} : { reason }),
    ...(notes === undefined ? {} : { notes }),
    ...(to_user_id === undefined ? {} : { toUserId: to_user_id }),
  };
}

/** "2030-08-01" of a date, or of a moment as the API answers it. */
export function toDay(text: string): string {
  const day = text.trim().slice(0, 10);
  startOfDate(day, 'UTC');
  return day;
}

export function checkDays({ start: from, end: to }: { readonly start: string; readonly end: string }): void {
  if (from <= to) return;
  throw new AppError('invalid_input', `The last day "${to}" lies before the first day "${from}".`, {
    hint: 'Give a last day that lies later.',
  });
}

export async function findEntry(id: number, { clients, signal }: CalContext): Promise<OutOfOffice | undefined> {
  return (await clients.cal.listOutOfOffice({ take: 250 }, { signal })).find((entry) => entry.id === id);
}

export async function getEntry(id: number, context: CalContext): Promise<OutOfOffice> {
  const found = await findEntry(id, context);
  if (found === undefined)
    throw new AppError('not_found', `There is no absence ${id}.`, { hint: 'list_out_of_office shows what there is.' });
  return found;
}

export async function countBookings(
  { start: from, end: to }: { readonly start: string; readonly end: string },
  { clients, signal, now }: CalContext,
) {
  const afterStart = new Date(Math.max(now, startOfDate(from, 'UTC'))).toISOString();
  const beforeEnd = new Date(startOfDate(to, 'UTC', 1)).toISOString();
  if (afterStart >= beforeEnd) return 0;
  const { pagination } = await clients.cal.listBookings({ afterStart, beforeEnd, status: ['upcoming'], take: 1 }, { signal });
  return pagination.totalItems;
}

export function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && Date.parse(one) === Date.parse(other);
}

/** "Thu 1 Aug 2030 – Wed 14 Aug 2030" */
export function toDaysLabel({ start: from, end: to }: { readonly start: string; readonly end: string }): string {
  const [first, last] = [from, to].map((text) => toDayLabel(startOfDate(toDay(text), 'UTC'), 'UTC'));
  return first === last ? `${first}` : `${first} – ${last}`;
}

export function reasonOf({ reason }: Pick<OutOfOffice, 'reason'>): string {
  return reason == null || reason === 'unspecified' ? 'away' : reason.replace('_', ' ');
}

export function fieldsOf({ start: from, end: to, reason, notes, toUserId }: OutOfOfficeInput): CardField[] {
  return [
    ...(from === undefined || to === undefined ? [] : [{ label: 'Days', value: toDaysLabel({ start: from, end: to }) }]),
    ...(reason === undefined ? [] : [{ label: 'Reason', value: reasonOf({ reason }) }]),
    ...(notes ? [{ label: 'Notes', value: notes }] : []),
    ...(toUserId === undefined ? [] : [{ label: 'Stand-in', value: `user ${toUserId}` }]),
  ];
}

export function toEntryCard(entry: OutOfOffice, status: NonNullable<Card['status']>): Card {
  const { id, toUserId, notes, reason, start: from, end: to } = entry;
  const shown = {
    start: from,
    end: to,
    ...(notes ? { notes } : {}),
    ...(reason == null ? {} : { reason }),
    ...(toUserId == null ? {} : { toUserId }),
  };
  return { kind: 'record', title: `Away ${toDaysLabel(entry)}`, status, fields: [...fieldsOf(shown), { label: 'Id', value: String(id) }] };
}
