import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { AppError } from '../errors.ts';
import { toIsoOffset } from '../scheduling/index.ts';
import { getBooking, insertBooking, type NewBooking } from '../store/bookings.ts';
import { grantCredits } from '../store/credits.ts';
import { createEventType } from '../store/event-types.ts';
import { insertMail } from '../store/mails.ts';
import { passOverMeetings } from '../store/meetings.ts';
import { createOutOfOffice } from '../store/out-of-office.ts';
import { createPrivateLink } from '../store/private-links.ts';
import { toReminderId } from '../store/reminders.ts';
import { putReservation } from '../store/reservations.ts';
import { createSchedule } from '../store/schedules.ts';
import type { Store, Transaction } from '../store/store.ts';
import { addTeamMember, createTeam } from '../store/teams.ts';
import { createUser, firstUser, type UserRecord } from '../store/users.ts';
import { createWebhook } from '../store/webhooks.ts';
import { furnish } from './first-user.ts';
import { checkId, checkNew } from './new-installation.ts';
import { demonstrateRooms } from './whereby/demonstration.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HALF_HOUR_MS = HOUR_MS / 2;

/** The half-hour meeting that every installation begins with. */
const HALF_HOUR_MEETING = 2;

const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', timeZone: 'Europe/London' };
const GRACE = { name: 'Grace Hopper', email: 'grace@example.com', timeZone: 'America/New_York' };

/** The bookings that examples name: on which working day from now (0 is the last one before today), at which local hour, and with whom. */
const BOOKINGS = [
  { uid: 'bkg_6p8s', day: 0, hour: 9, people: [ADA] },
  { uid: 'bkg_8x2m', day: 1, hour: 9, people: [ADA, GRACE] },
  { uid: 'bkg_3f9t', day: 1, hour: 9.5, people: [GRACE] },
  { uid: 'bkg_5c1d', day: 2, hour: 9, people: [ADA] },
  { uid: 'bkg_9j3v', day: 2, hour: 9.5, people: [GRACE] },
  { uid: 'bkg_7w4n', day: 3, hour: 9, people: [ADA], status: 'pending' },
  { uid: 'bkg_2h6r', day: 3, hour: 9.5, people: [GRACE], status: 'pending' },
] as const;

/** What was made, for the person who asked for it. */
export interface Demonstration {
  readonly bookings: number;
  readonly rooms: number;
  /** Whom the team is shared with. */
  readonly username: string;
}

/**
 * Fills a new installation with the records that the examples of commands and functions name, all or nothing. Nobody is told of them: they cause no mail,
 * and no call but, where somebody asks for that later, when a meeting of theirs starts or ends. There is no way back, so anywhere else it is a `conflict`.
 */
export async function fillDemonstration(store: Store, { now }: { /** Domain clock. */ readonly now: number }): Promise<Demonstration> {
  return await store.transaction(async (tx) => {
    // Whoever asks at the same time waits here, and finds what was made.
    await sql`select pg_advisory_xact_lock(hashtext('kalends.demonstration'))`.execute(tx);
    const owner = await firstUser(tx);
    if (owner === undefined) throw new AppError('internal', 'The database has no user.');
    await checkAbsent(tx);
    await checkNew(tx, owner);
    await fillAccount(tx, owner, now);
    for (const [index, booking] of BOOKINGS.entries()) await insertBooking(tx, toBooking(booking, { owner, now, index }));
    await silence(tx, owner, now);
    const colleague = await createUser(tx, { ...GRACE, username: 'grace', now });
    await furnish(tx, colleague, now);
    const team = await createTeam(tx, { name: 'Sales', slug: 'sales', timeZone: owner.timeZone, ownerId: owner.id, now });
    await addTeamMember(tx, { teamId: team.id, userId: colleague.id, role: 'MEMBER', now });
    const part = { teamId: team.id, schedulingType: 'roundRobin', assignAllMembers: true } as const;
    await createEventType(tx, { userId: owner.id, slug: 'sales-call', title: 'Sales call', lengthMinutes: 30, team: part, now });
    checkId('team', team.id, 1);
    const rooms = await demonstrateRooms(tx, { userId: owner.id, now });
    return { bookings: BOOKINGS.length, rooms, username: colleague.username };
  });
}

async function checkAbsent(tx: Transaction): Promise<void> {
  const [{ uid }] = BOOKINGS;
  if ((await getBooking(tx, uid)) === undefined) return;
  throw new AppError('conflict', `The demonstration is here already: there is a booking "${uid}".`, {
    hint: 'Try its examples: kalends bookings list',
  });
}

/** What belongs to the owner beside bookings and rooms. */
async function fillAccount(tx: Transaction, { id: userId, timeZone }: UserRecord, now: number): Promise<void> {
  for (const [index, [name, startHour, endHour]] of (
    [
      ['From home', 9, 17],
      ['Mornings', 8, 12],
      ['Evenings', 17, 20],
    ] as const
  ).entries()) {
    const hours = [{ days: [1, 2, 3, 4, 5], startMinute: startHour * 60, endMinute: endHour * 60 }];
    const schedule = await createSchedule(tx, { userId, name, timeZone, hours, isDefault: false, now });
    checkId('schedule', schedule.id, index + 2);
  }
  for (const [index, date] of ['2030-07-01', '2030-12-24'].entries()) {
    const startAt = Date.parse(date);
    const away = await createOutOfOffice(tx, {
      userId,
      startAt,
      endAt: startAt + DAY_MS,
      notes: null,
      reason: 'vacation',
      toUserId: null,
      now,
    });
    checkId('out-of-office entry', away.id, index + 1);
  }
  for (const id of ['d4KxPq0000000000000000', 'd4KxPq0000000000000001']) {
    const link = await createPrivateLink(tx, { eventTypeId: 1, end: { expiresAt: null, maximumUses: 3 }, now });
    await tx.updateTable('private_links').set({ id }).where('id', '=', link.id).execute();
  }
  for (const [index, id] of ['6b1f0e9c-0000-4000-8000-000000000000', '6b1f0e9c-0000-4000-8000-000000000001'].entries()) {
    // Inactive: nobody is called because of a demonstration.
    const webhook = await createWebhook(tx, {
      ...{ userId, eventTypeId: null, subscriberUrl: `https://example.com/demonstration/${index + 1}`, triggers: ['BOOKING_CREATED'] },
      ...{ active: false, secret: null, payloadTemplate: null, version: '2021-10-20', now },
    });
    await tx.updateTable('webhooks').set({ id }).where('id', '=', webhook.id).execute();
  }
  for (const [index, uid] of ['0b7c1a2e-0000-4000-8000-000000000000', '0b7c1a2e-0000-4000-8000-000000000001'].entries()) {
    const startAt = Date.parse('2030-02-01T14:00:00Z') + index * HOUR_MS;
    // Held for a year, so that it is there when somebody looks.
    const times = { startAt, endAt: startAt + HALF_HOUR_MS, reservedUntil: now + 365 * DAY_MS };
    await putReservation(tx, { uid, eventTypeId: HALF_HOUR_MEETING, hostIds: [userId], ...times, isSeat: false, userId, now });
  }
  await grantCredits(tx, { userId, credits: 1000, note: 'demonstration', now });
  await insertMail(tx, {
    ...{ id: '6f1c2d34-0000-4000-8000-000000000000', userId, bookingUid: 'bkg_8x2m', changeId: 'demonstration', kind: 'booked' },
    ...toLetter(ADA, 'Confirmed: 30 Min Meeting', 'You are booked.'),
    ...{ state: 'kept', lastError: 'It is part of a demonstration.', now },
  });
}

function toLetter({ name, email }: typeof ADA | typeof GRACE, subject: string, text: string) {
  const about = { recipient: email, recipientName: name, replyTo: null, subject, text, html: `<p>${text}</p>` };
  return { ...about, calendar: null, calendarMethod: null, unrequested: false };
}

/** What passed is no news, and nobody is reminded of what comes: webhooks, scripts and reminders that are made later find it told. */
async function silence(tx: Transaction, { id: userId }: UserRecord, now: number): Promise<void> {
  await passOverMeetings(tx, now);
  for (const { uid, people } of BOOKINGS.filter(({ day }) => day > 0)) {
    await insertMail(tx, {
      ...{ id: randomUUID(), userId, bookingUid: uid, changeId: toReminderId(uid), kind: 'reminder' },
      ...toLetter(people[0], 'Reminder: 30 Min Meeting', 'You are booked.'),
      ...{ state: 'kept', lastError: 'It is part of a demonstration: nobody is reminded of it.', now },
    });
  }
}

interface Place {
  readonly owner: UserRecord;
  readonly now: number;
  readonly index: number;
}

function toBooking(booking: (typeof BOOKINGS)[number], { owner, now }: Place): NewBooking {
  const { uid, people } = booking;
  const [booker, ...guests] = people;
  const startAt = toInstant(toWorkingDay(booking.day, { now, timeZone: owner.timeZone }) + booking.hour * HOUR_MS, owner.timeZone);
  return {
    uid,
    eventTypeId: HALF_HOUR_MEETING,
    hostIds: [owner.id],
    title: `30 Min Meeting between ${owner.name} and ${booker.name}`,
    status: 'status' in booking ? booking.status : 'accepted',
    startAt,
    endAt: startAt + HALF_HOUR_MS,
    beforeBufferMinutes: 0,
    afterBufferMinutes: 0,
    location: { type: 'integration', integration: 'cal-video' },
    metadata: {},
    responses: { name: booker.name, email: booker.email },
    icsUid: `${uid}@kalends`,
    attendees: [booker, ...guests],
    now: Math.min(now, startAt - DAY_MS),
  };
}

/** The local time that is written as if it were UTC, as an instant. */
function toInstant(localMs: number, timeZone: string): number {
  return localMs - (toLocal(localMs, timeZone) - localMs);
}

function toLocal(instant: number, timeZone: string): number {
  return Date.parse(`${toIsoOffset(instant, timeZone).slice(0, 19)}Z`);
}

/** Midnight of the `count`th working day after today, or of the last one before it. */
function toWorkingDay(count: number, { now, timeZone }: { readonly now: number; readonly timeZone: string }): number {
  const step = count === 0 ? -DAY_MS : DAY_MS;
  let day = Math.floor(toLocal(now, timeZone) / DAY_MS) * DAY_MS;
  for (let left = Math.max(count, 1); left > 0; ) {
    day += step;
    // 1 January 1970 was a Thursday.
    if ((day / DAY_MS + 3) % 7 < 5) left -= 1;
  }
  return day;
}
