import { AppError } from '../../errors.ts';
import type { CalContext } from './fields.ts';

const UNREADABLE = ['unauthenticated', 'forbidden', 'unsupported', 'not_configured'];

/**
 * The zone that is assumed of an attendee of whom none is known: that of the account's own person, which on a hosted account may be another than the
 * caller's. A key that may not read the profile leaves the caller's.
 */
export async function accountZone({ account, clients, signal, timeZone }: CalContext): Promise<string> {
  if (account === 'local') return timeZone;
  try {
    return (await clients.cal.getMe({ signal })).timeZone;
  } catch (error) {
    if (error instanceof AppError && UNREADABLE.includes(error.code)) return timeZone;
    throw error;
  }
}
