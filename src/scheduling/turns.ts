import type { HostFacts } from './model.ts';

/** Those who would take a booking together: everybody who always takes part, and one of those who take turns. */
export interface Party {
  readonly members: readonly HostFacts[];
  /** The member whose turn it would be; absent when nobody takes turns. */
  readonly inTurn?: HostFacts;
}

/** One party when nobody takes turns, else one for each who does, by host id. */
export function toParties(hosts: readonly HostFacts[]): readonly Party[] {
  const takers = hosts.filter((host) => host.turn !== undefined);
  if (takers.length === 0) return hosts.length === 0 ? [] : [{ members: hosts }];
  const always = hosts.filter((host) => host.turn === undefined);
  return takers
    .sort((one, other) => one.hostId - other.hostId)
    .map((taker) => ({ members: always.length === 0 ? [taker] : [...always, taker], inTurn: taker }));
}

/**
 * In the order of their turns: the highest priority first, then who had the fewest bookings, then who waited longest, then the smallest id. Among
 * hosts who are always free nobody is ever more than one booking ahead.
 */
export function byTurn<Candidate extends Pick<Party, 'inTurn'>>(
  candidates: readonly Candidate[],
  preferredHostId: number | undefined,
): readonly Candidate[] {
  return candidates.toSorted((one, other) => {
    if (one.inTurn?.turn === undefined || other.inTurn?.turn === undefined) return 0;
    if (one.inTurn.hostId === preferredHostId || other.inTurn.hostId === preferredHostId) {
      return one.inTurn.hostId === preferredHostId ? -1 : 1;
    }
    const [left, right] = [one.inTurn.turn, other.inTurn.turn];
    return (
      right.priority - left.priority ||
      left.assigned - right.assigned ||
      left.lastAssigned - right.lastAssigned ||
      one.inTurn.hostId - other.inTurn.hostId
    );
  });
}
