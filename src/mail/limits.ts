import { type Count, countUnrequested } from '../store/mails.ts';
import type { Handle } from '../store/store.ts';

/**
 * How many messages that nobody known asked for may go out. Whoever may book without an account chooses who gets mail, so a mailbox, and all
 * strangers together, are protected from them.
 */
export const MAIL_LIMITS = {
  stranger: { lastHour: 10, lastDay: 30 },
  host: { lastHour: 60, lastDay: 300 },
  allStrangers: { lastHour: 200, lastDay: 1000 },
} as const satisfies Readonly<Record<string, Count>>;

export interface LimitQuery {
  readonly userId: number;
  readonly address: string;
  readonly hostAddresses: readonly string[];
  /** Process clock. */
  readonly now: number;
}

/** Why a message must be held back, as a sentence; `undefined` when it may go. Call it under `lockMail`. */
export async function findExceeded(handle: Handle, { userId, address, hostAddresses, now }: LimitQuery): Promise<string | undefined> {
  const isHost = hostAddresses.some((host) => host.toLowerCase() === address.toLowerCase());
  const { lastHour, lastDay } = isHost ? MAIL_LIMITS.host : MAIL_LIMITS.stranger;
  if (isOver(await countUnrequested(handle, { address }, now), { lastHour, lastDay })) {
    return `People without an account caused more than ${lastHour} messages an hour or ${lastDay} a day to this address.`;
  }
  if (isHost) return undefined;
  const all = MAIL_LIMITS.allStrangers;
  if (isOver(await countUnrequested(handle, { userId, exceptTo: hostAddresses }, now), all)) {
    return `People without an account caused more than ${all.lastHour} messages an hour or ${all.lastDay} a day.`;
  }
  return undefined;
}

function isOver(count: Count, limit: Count): boolean {
  return count.lastHour >= limit.lastHour || count.lastDay >= limit.lastDay;
}
