import type { Slots } from '../../wire/calcom/slots.ts';
import { toTimeLabel } from '../moment.ts';
import type { Hours } from './when.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The stretches that listed meetings of a length cover, joined where they touch. */
export function toFreeSpans(slots: Slots, lengthMs: number): readonly Span[] {
  const spans: { start: number; end: number }[] = [];
  for (const start of startsOf(slots)) {
    const last = spans.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, start + lengthMs);
    else spans.push({ start, end: start + lengthMs });
  }
  return spans;
}

export function startsOf(slots: Slots): number[] {
  return Object.values(slots)
    .flat()
    .map(({ start }) => Date.parse(start))
    .sort((one, other) => one - other);
}

export function isWithin(wanted: Span, spans: readonly Span[]): boolean {
  return spans.some((span) => span.start <= wanted.start && wanted.end <= span.end);
}

/** Whether a meeting lies within the clock hours of its day. */
export function isInHours({ start, end }: Span, [from, to]: Hours, timeZone: string): boolean {
  const [begins, ends] = [toTimeLabel(start, timeZone), toTimeLabel(end, timeZone)];
  const last = ends <= begins ? '24:00' : ends;
  return begins >= from && last <= to;
}

const PARTS: Readonly<Record<string, Hours>> = { morning: ['06:00', '12:00'], afternoon: ['12:00', '17:00'], evening: ['17:00', '22:00'] };

export const DAY_PARTS = ['morning', 'afternoon', 'evening'] as const;

export function hoursOf(part: (typeof DAY_PARTS)[number]): Hours {
  return PARTS[part] ?? ['00:00', '24:00'];
}
