import type { Scene } from './memory.ts';
import type { KnownBooking } from './results.ts';
import { sayMoment } from './time.ts';

/** `"30 Min Meeting" with Ada Lovelace` */
export function sayBooking({ title, attendees }: KnownBooking): string {
  const [first] = attendees;
  const short = title.replace(/ between .+ and .+$/, '');
  if (first === undefined || short.includes(first.name)) return `"${short}"`;
  const others = attendees.length - 1;
  return `"${short}" with ${first.name}${others > 0 ? ` and ${others} more` : ''}`;
}

/** "on Tuesday 8 January at 14:00" */
export function sayWhen({ start }: KnownBooking, { clock }: Scene): string {
  return `on ${sayMoment(Date.parse(start), clock)}`;
}
