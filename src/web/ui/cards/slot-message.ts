import type { CardDraft, CardSlot } from '../../../toolkit/card.ts';

/** A sentence to say, and the zone in which its times are meant if that is not the browser's. */
export interface SlotMessage {
  readonly text: string;
  readonly timeZone?: string | undefined;
}

/** What a click on a slot says; its answer is an approval card. Without a known attendee `attendee` must be given. */
export function toSlotMessage(draft: CardDraft, slot: CardSlot, attendee = draft.attendee): SlotMessage | undefined {
  const when = toMoment(slot.start, draft.timeZone);
  if (draft.rescheduleUid !== undefined) return { text: `Move booking ${draft.rescheduleUid} to ${when}`, timeZone: draft.timeZone };
  if (attendee === undefined) return undefined;
  return { text: `Book ${draft.eventTypeTitle} with ${attendee.name} (${attendee.email}) on ${when}`, timeZone: draft.timeZone };
}

/** "Friday 11 January 2030 at 14:00", as the clocks of the zone show it; unambiguous, yet said as a person would. */
function toMoment(start: string, timeZone: string): string {
  const instant = new Date(start);
  const part = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', { timeZone, ...options }).format(instant);
  const date = `${part({ weekday: 'long' })} ${part({ day: 'numeric' })} ${part({ month: 'long' })} ${part({ year: 'numeric' })}`;
  return `${date} at ${part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
}
