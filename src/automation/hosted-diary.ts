import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { GateOutcome, GateRequest } from '../toolkit/call.ts';
import type { Principal } from '../toolkit/tool.ts';
import { isRoomPlace, type RoomDiary } from './booking-rooms.ts';

export interface HostedDiaryOptions {
  readonly gate: () => { call(request: GateRequest): Promise<GateOutcome> };
  readonly account: string;
  readonly userId: number;
  readonly principal: (userId: number) => Promise<Principal | undefined>;
  /** Whether a room was made for the booking before: its place is that room's link, and says no more that it is one of ours. */
  readonly linkOf: (bookingUid: string) => Promise<string | null | undefined>;
}

const seen = z.object({
  title: z.string(),
  status: z.string(),
  end: z.string(),
  location: z.string().nullish(),
  attendees: z.array(z.unknown()),
  rescheduledFromUid: z.string().nullish(),
  rescheduledToUid: z.string().nullish(),
});

/** The bookings of a hosted Cal.com account, asked and told through the gate. */
export function createHostedDiary({ gate, account, userId, principal, linkOf }: HostedDiaryOptions): RoomDiary {
  async function call(tool: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const person = await principal(userId);
    if (person === undefined) throw new AppError('not_found', `The user ${userId} of the account "${account}" is not there any more.`);
    const outcome = await gate().call({ principal: person, surface: 'automation', account, tool, input, consent: true });
    if (outcome.status === 'done') return outcome.output;
    if (outcome.status !== 'failed') throw new AppError('denied', `"${tool}" waits for an approval that nobody can give here.`);
    const { code, message, hint } = outcome.error;
    throw new AppError(code, message, hint === undefined ? {} : { hint });
  }

  async function read(bookingUid: string): Promise<z.output<typeof seen> | undefined> {
    try {
      return seen.parse(await call('cal.get_booking', { booking_uid: bookingUid }));
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  async function wants(
    bookingUid: string,
    { status, location, rescheduledFromUid, rescheduledToUid }: z.output<typeof seen>,
  ): Promise<boolean> {
    if (status !== 'accepted' || rescheduledToUid || location == null) return false;
    if (isRoomPlace(location) || location === (await linkOf(bookingUid))) return true;
    // A booking that moved took the link of its old room along.
    return rescheduledFromUid != null && location === (await linkOf(rescheduledFromUid));
  }

  return {
    async find(bookingUid) {
      const found = await read(bookingUid);
      if (found === undefined) return undefined;
      const { title, end, attendees } = found;
      return { userId, title, wantsRoom: await wants(bookingUid, found), endAt: Date.parse(end), people: attendees.length + 1 };
    },
    async place(bookingUid, roomUrl) {
      const found = await read(bookingUid);
      if (found === undefined || found.location === roomUrl || !(await wants(bookingUid, found))) return;
      await call('cal.update_booking_location', { booking_uid: bookingUid, location: { type: 'link', link: roomUrl } });
    },
    // Whom Cal.com tells, and when, is its own matter.
    giveUpWaiting: async () => {},
  };
}
