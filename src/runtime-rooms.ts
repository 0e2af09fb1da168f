import { REMEMBERED_MS } from './automation/cal-hook.ts';
import {
  type BookingRooms,
  type CalHook,
  createBookingRooms,
  createCalHook,
  createHostedDiary,
  type RoomLedger,
} from './automation/index.ts';
import type { Jobs } from './jobs/index.ts';
import type { Scripts } from './runtime-scripts.ts';
import { createLocalRoomDiary } from './server/booking-rooms.ts';
import {
  changeBookingRoom,
  findAboutRooms,
  forgetHookMessages,
  getBookingRoom,
  listWaitingBookingRooms,
  rememberHookMessage,
  wantBookingRoom,
} from './store/booking-rooms.ts';
import type { Store } from './store/store.ts';
import type { Gate } from './toolkit/gate.ts';
import type { Principal } from './toolkit/tool.ts';

export interface RoomParts {
  readonly store: Store;
  readonly now: () => number;
  /** Both are made later than this. */
  readonly gate: () => Pick<Gate, 'call'>;
  readonly jobs: () => Jobs;
  readonly principal: (userId: number) => Promise<Principal | undefined>;
  /** On whose behalf hosted accounts are used. */
  readonly owner: () => Promise<Principal>;
  /** By the name of the account. */
  readonly hookSecrets: Readonly<Record<string, string>>;
  /** Starts scripts by what was told; absent: there are none. */
  readonly scripts?: () => Pick<Scripts, 'tell' | 'wake'>;
  readonly retry?: Parameters<typeof createBookingRooms>[0]['retry'];
  readonly verifySeconds?: number;
}

const PATIENCE_MS = 10 * 60_000;
const AT_ONCE = 200;

/** Rooms for bookings: their jobs, and the door for what hosted Cal.com tells. */
export function createRooms(parts: RoomParts): { readonly bookingRooms: BookingRooms; readonly calHook: CalHook } {
  const { store, now, gate, jobs, principal, owner, hookSecrets } = parts;
  const local = createLocalRoomDiary({ store, now, onWrite: () => jobs().wake() });
  const ledger: RoomLedger = {
    get: (booking) => getBookingRoom(store.db, booking),
    want: (wish) => wantBookingRoom(store.db, { ...wish, processNow: Date.now() }),
    change: (id, change) => changeBookingRoom(store.db, id, { ...change, processNow: Date.now() }),
    waiting: () => listWaitingBookingRooms(store.db, { before: Date.now() - PATIENCE_MS, now: now(), limit: AT_ONCE }),
    choose: findAboutRooms,
  };

  const bookingRooms = createBookingRooms({
    gate,
    ledger,
    principal,
    now,
    diary: (account, userId) =>
      account === 'local'
        ? local
        : createHostedDiary({
            gate,
            account,
            userId: userId ?? 0,
            principal,
            linkOf: async (bookingUid) => (await ledger.get({ account, bookingUid }))?.roomUrl,
          }),
    ...(parts.retry === undefined ? {} : { retry: parts.retry }),
    ...(parts.verifySeconds === undefined ? {} : { verifySeconds: parts.verifySeconds }),
  });

  const calHook = createCalHook({
    secretOf: (account) => hookSecrets[account],
    processNow: Date.now,
    async take({ account, digest, bookingUids, ...told }) {
      const { userId } = await owner();
      await forgetHookMessages(store.db, Date.now() - REMEMBERED_MS);
      // Remembered and seen to, or neither: a message whose answer was lost is not lost with it.
      const isNew = await store.transaction(async (tx) => {
        if (!(await rememberHookMessage(tx, { digest, source: `cal ${account}`, processNow: Date.now() }))) return false;
        for (const bookingUid of bookingUids) await bookingRooms.tell(jobs(), { account, bookingUid, userId }, tx);
        await parts.scripts?.().tell({ userId, account, digest, bookingUids, ...told }, tx);
        return true;
      });
      if (isNew) parts.scripts?.().wake();
      return isNew;
    },
  });

  return { bookingRooms, calHook };
}
