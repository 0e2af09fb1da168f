import type { Source } from './token.ts';

/** Words that may stand behind a mere number that is a time ("at 9 with Ada"); any other makes it a count ("at 9 points"). */
const FOLLOWERS = new Set(
  `on for with to until till til and or but in at tomorrow today tonight yesterday this next last every each please if so then sharp
  because about regarding re via by from when is are was were will would should can could works work i we you he she they it my our his her
  their instead daily weekly monthly monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun the a an
  that which central eastern pacific local et pt ct mt est edt pst pdt cst cdt mst mdt gmt utc bst cet cest onwards onward onwards called titled
  named not rather also too where after before sometime january february march april may june july august september october november december
  jan feb mar apr jun jul aug sep sept oct nov dec everyday weekdays weekends through thru as during room over ok okay thanks thank instead
  o'clock oclock sometime maybe per due there here just only both all against around have let let's make set put add invite schedule meet
  do does did of`
    .split(/\s+/)
    .filter(Boolean),
);

/** Whether what stands behind a mere number lets it be a time. */
export function endsCleanly({ tokens }: Source, end: number): boolean {
  const next = tokens[end];
  if (!next) return true;
  if (next.kind === 'mark') {
    const behind = tokens[end + 1];
    const isDecimal = next.isJoined && behind?.kind === 'number' && behind.isJoined;
    return !isDecimal && !'%°$€£#/-–:+*\'"&'.includes(next.text);
  }
  if (next.kind === 'number' || next.isJoined) return false;
  return FOLLOWERS.has(next.text);
}
