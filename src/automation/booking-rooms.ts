import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { type ChangeConsumer, defineJob, type Job, type JobQueue, onChange, type Retry, type SendOptions } from '../jobs/index.ts';
import type { GateOutcome, GateRequest } from '../toolkit/call.ts';
import type { Principal } from '../toolkit/tool.ts';

/** A booking as far as its room is concerned, as it is now. */
export interface RoomBooking {
  /** Whose room it is: the organizer's. */
  readonly userId: number;
  readonly title: string;
  /** It stands, and takes place in a room of ours. */
  readonly wantsRoom: boolean;
  readonly endAt: number;
  readonly people: number;
}

/** Where bookings are: the embedded service, or a hosted account. */
export interface RoomDiary {
  /** `undefined` when there is none any more. */
  find(bookingUid: string): Promise<RoomBooking | undefined>;
  /** Makes the link the place of the booking, if it still wants a room; the second time it does nothing. */
  place(bookingUid: string, roomUrl: string): Promise<void>;
  /** Nobody is to wait for the room any longer. */
  giveUpWaiting(bookingUid: string): Promise<void>;
}

/** What was decided about a booking's room; see `BookingRoomRecord`. */
export interface RoomRow {
  readonly id: string;
  readonly userId: number;
  readonly prefix: string;
  readonly endAt: number;
  readonly state: 'wanted' | 'ready' | 'removed' | 'failed';
  readonly roomUrl: string | null;
}

interface BookingName {
  readonly account: string;
  readonly bookingUid: string;
}

interface RowChange {
  readonly state: RoomRow['state'];
  readonly meetingId?: string | null;
  readonly roomName?: string | null;
  readonly roomUrl?: string | null;
  readonly lastError?: string | null;
}

/** Kept by the store. */
export interface RoomLedger {
  get(booking: BookingName): Promise<RoomRow | undefined>;
  want(wish: BookingName & { readonly userId: number; readonly endAt: number }): Promise<RoomRow>;
  change(id: string, change: RowChange): Promise<void>;
  /** Rooms that wait for ten minutes or more. */
  waiting(): Promise<readonly BookingName[]>;
  /** Which changes may be about the room of a local booking. */
  readonly choose: NonNullable<ChangeConsumer['choose']>;
}

export interface BookingRoomsOptions {
  readonly gate: () => { call(request: GateRequest): Promise<GateOutcome> };
  readonly ledger: RoomLedger;
  /** The diary of an account: `local`, or a hosted one on behalf of this user. */
  readonly diary: (account: string, userId: number | undefined) => RoomDiary;
  readonly principal: (userId: number) => Promise<Principal | undefined>;
  /** The domain clock. */
  readonly now: () => number;
  readonly retry?: Retry;
  /** Until the room is looked at once more; a minute when absent. */
  readonly verifySeconds?: number;
}

export interface BookingRooms {
  readonly jobs: readonly Job[];
  readonly consumers: readonly ChangeConsumer[];
  /** Something happened to a hosted booking: its room is seen to. */
  tell(queue: JobQueue, booking: BookingName & { readonly userId: number }, tx?: SendOptions['tx']): Promise<void>;
}

const LOCAL = 'local';
/** Soon at first: people wait for the link. About four hours in all, and every ten minutes from then on. */
const RETRY: Retry = { attempts: 12, delaySeconds: 2, maximumDelaySeconds: 3600 };

const tended = z.object({ account: z.string(), bookingUid: z.string(), userId: z.number().optional() });

/**
 * Gives bookings that want one a room, once each, and takes it away when they end, move or are cancelled. It looks at the booking as it is and not at
 * what happened, so that repetitions and news out of order do no harm. What it makes has a name chosen before: whoever comes after a lost answer or a
 * killed process finds it by that name.
 */
export function createBookingRooms(options: BookingRoomsOptions): BookingRooms {
  const { gate, ledger, diary, principal, now, retry = RETRY, verifySeconds = 60 } = options;

  const tend = defineJob({
    name: 'rooms.tend',
    schema: tended,
    retry,
    concurrency: 4,
    // One booking after the other with itself.
    groupConcurrency: 1,
    timeoutSeconds: 90,
    run: async (booking, { queue, id }) => {
      const isMade = await converge(booking);
      // Two processes may have made one each, and a request thought lost may come late.
      if (isMade) await queue.send(verify, booking, { id: uuidOf(`verify ${id}`), delaySeconds: verifySeconds, group: booking.bookingUid });
    },
  });

  const verify = defineJob({
    name: 'rooms.verify',
    schema: tended,
    retry,
    groupConcurrency: 1,
    run: async (booking) => void (await converge(booking, true)),
  });

  const resume = defineJob({
    name: 'rooms.resume',
    schema: z.object({}),
    cron: '*/10 * * * *',
    concurrency: 1,
    run: async (_data, { queue }) => {
      for (const booking of await ledger.waiting()) await queue.send(tend, booking, { group: booking.bookingUid });
    },
  });

  /** Whether a room was made now. */
  async function converge({ account, bookingUid, userId }: z.output<typeof tended>, isChecked = false): Promise<boolean> {
    const known = await ledger.get({ account, bookingUid });
    const book = diary(account, userId ?? known?.userId);
    const booking = await book.find(bookingUid);
    if (booking === undefined || !booking.wantsRoom || booking.endAt <= now()) {
      if (known !== undefined && known.state !== 'removed') await remove(known);
      return false;
    }
    // The end of a room cannot be moved: a booking that moves in place gets another one.
    if (known !== undefined && known.state !== 'removed' && known.endAt !== booking.endAt) await remove(known);
    const row = await ledger.want({ account, bookingUid, userId: booking.userId, endAt: booking.endAt });
    if (row.state === 'ready' && row.roomUrl !== null && !isChecked) {
      await book.place(bookingUid, row.roomUrl);
      return false;
    }
    let room: FoundRoom;
    try {
      room = await makeOne(row, booking);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await ledger.change(row.id, { state: 'failed', lastError: error.message });
      if (!error.retryable && error.code !== 'outcome_unknown') await book.giveUpWaiting(bookingUid);
      throw error;
    }
    await ledger.change(row.id, { state: 'ready', meetingId: room.meetingId, roomName: room.roomName, roomUrl: room.roomUrl });
    await book.place(bookingUid, room.roomUrl);
    return row.state !== 'ready';
  }

  /** The one room of this row: found, or made. Of several the oldest stays. */
  async function makeOne(row: RoomRow, booking: RoomBooking): Promise<FoundRoom> {
    const call = await callAs(booking.userId, `The room of "${booking.title}"`);
    if ((await roomsOf(row, call)).length === 0) {
      await call('create_room', {
        room_name_prefix: row.prefix,
        end_date: new Date(row.endAt).toISOString(),
        room_mode: booking.people > SMALL_ROOM ? 'group' : 'normal',
      });
    }
    const [first, ...others] = await roomsOf(row, call);
    if (first === undefined) throw new AppError('upstream', 'Whereby says that it made a room, and does not list it.');
    for (const other of others) await deleteRoom(other, call);
    return first;
  }

  async function remove(row: RoomRow): Promise<void> {
    const call = await callAs(row.userId, 'The room of a booking that does not take place in it');
    for (const room of await roomsOf(row, call)) await deleteRoom(room, call);
    await ledger.change(row.id, { state: 'removed' });
  }

  async function deleteRoom({ meetingId }: FoundRoom, call: RoomCall): Promise<void> {
    try {
      await call('delete_room', { room_name: meetingId });
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    }
  }

  /** Calls of tools for a user. That they gave an event type or a booking this place is their consent to its room. */
  async function callAs(userId: number, utterance: string): Promise<RoomCall> {
    const person = await principal(userId);
    if (person === undefined) throw new AppError('not_found', `The user ${userId}, whose booking wants a room, is not there any more.`);
    return async (tool, input) => {
      const outcome = await gate().call({
        principal: person,
        surface: 'automation',
        tool: `whereby.${tool}`,
        input,
        consent: true,
        utterance: utterance.slice(0, 300),
      });
      if (outcome.status === 'done') return outcome.output;
      if (outcome.status !== 'failed') throw new AppError('denied', `"${tool}" waits for an approval that nobody can give here.`);
      const { code, message, hint } = outcome.error;
      throw new AppError(code, message, hint === undefined ? {} : { hint });
    };
  }

  async function roomsOf({ prefix }: Pick<RoomRow, 'prefix'>, call: RoomCall): Promise<readonly FoundRoom[]> {
    // The tool has compared the names; it answers in the shape of its own schema.
    const found: FoundRoom[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page++) {
      const list = listed.parse(await call('list_rooms', { room_name_prefix: prefix, limit: 100, ...(cursor === null ? {} : { cursor }) }));
      found.push(...list.data);
      cursor = list.meta.nextCursor;
      if (cursor === null) break;
    }
    return found.toSorted((one, other) => ageOf(one) - ageOf(other) || one.meetingId.localeCompare(other.meetingId));
  }

  const send = (queue: JobQueue, booking: z.output<typeof tended>, id: string) =>
    queue.send(tend, booking, { id: uuidOf(id), group: booking.bookingUid });

  const tell: ChangeConsumer['handle'] = async ({ id, payload: { booking, previous } }, { queue }) => {
    const uids = new Set([booking?.uid, previous?.uid].filter((uid) => uid !== undefined));
    for (const bookingUid of uids) {
      const isConcerned = [booking, previous].some((one) => one?.uid === bookingUid && isRoomPlace(one.location));
      const known = isConcerned || (await ledger.get({ account: LOCAL, bookingUid })) !== undefined;
      if (known) await send(queue, { account: LOCAL, bookingUid }, `${id} ${bookingUid}`);
    }
  };

  return {
    jobs: [tend, verify, resume] as readonly Job[],
    consumers: [onChange('rooms', tell, { choose: ledger.choose })],
    tell: (queue, booking, tx) => queue.send(tend, booking, { group: booking.bookingUid, ...(tx === undefined ? {} : { tx }) }),
  };
}

type RoomCall = (tool: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

const listed = z.object({
  data: z.array(z.object({ meetingId: z.string(), roomName: z.string(), roomUrl: z.string(), startDate: z.string().optional() })),
  meta: z.object({ nextCursor: z.string().nullable() }),
});

type FoundRoom = z.output<typeof listed>['data'][number];

const MOST_PAGES = 50;
/** What a room of the smaller kind holds. */
const SMALL_ROOM = 4;

function ageOf({ startDate }: FoundRoom): number {
  const at = Date.parse(startDate ?? '');
  return Number.isNaN(at) ? 0 : at;
}

/** The places that mean a room of ours, as the two services write them. */
export function isRoomPlace(location: unknown): boolean {
  const kind = typeof location === 'object' && location !== null && 'kind' in location ? location.kind : location;
  return typeof kind === 'string' && /^(integrations:)?whereby[-_]video$/i.test(kind);
}

/** The same job is not made twice for the same news. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(`kalends rooms ${text}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
