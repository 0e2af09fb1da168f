import { AppError } from '../../errors.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import type { CalContext } from '../cal/fields.ts';

export interface EventTypeWish {
  /** Its id, slug or name, as far as it was said. */
  readonly event_type?: string | undefined;
  readonly duration_minutes?: number | undefined;
}

export interface ChosenEventType {
  readonly eventType: EventType;
  readonly durationMinutes: number;
  readonly assumed: readonly string[];
}

/** The event type that words and length mean; `invalid_input` with the candidates when it may be several, `not_found` with all when it is none. */
export async function chooseEventType(wish: EventTypeWish, { clients, signal }: CalContext): Promise<ChosenEventType> {
  const { event_type: said, duration_minutes: wanted } = wish;
  if (said !== undefined && /^\d+$/.test(said)) return withLength(await clients.cal.getEventType(Number(said), { signal }), wanted);
  const own = await clients.cal.listEventTypes({}, { signal });
  if (own.length === 0)
    throw new AppError('not_found', 'There is nothing to book yet.', { hint: 'Create something with create_event_type.' });
  if (said === undefined) {
    const open = own.filter((eventType) => eventType.hidden !== true);
    const found =
      open.find((eventType) => lengthsOf(eventType).includes(wanted ?? 30)) ?? (wanted === undefined ? (open[0] ?? own[0]) : undefined);
    if (found === undefined) throw unknown(`lasts ${wanted} minutes`, own);
    return { ...withLength(found, wanted), assumed: [`the event type is "${found.title}"`] };
  }
  const { findEventTypes } = await import('../../language/index.ts');
  const found = findEventTypes(said, own);
  const fitting = wanted === undefined ? found : found.filter((eventType) => lengthsOf(eventType).includes(wanted));
  const candidates = fitting.length === 0 ? found : fitting;
  const [only] = candidates;
  if (only === undefined) throw unknown(`is called "${said}"`, own);
  if (candidates.length === 1) return withLength(only, wanted);
  throw new AppError('invalid_input', `"${said}" may be any of ${candidates.length} event types.`, {
    hint: `Say which one: ${candidates.map(describe).join(', ')}.`,
    details: { reason: 'ambiguous_event_type', candidates: candidates.map(({ id, slug, title }) => ({ id, slug, title })) },
  });
}

export function lengthsOf({ lengthInMinutes, lengthInMinutesOptions }: EventType): readonly number[] {
  return [...new Set([lengthInMinutes, ...(lengthInMinutesOptions ?? [])])];
}

function withLength(eventType: EventType, wanted: number | undefined): ChosenEventType {
  const lengths = lengthsOf(eventType);
  if (wanted !== undefined && !lengths.includes(wanted)) {
    throw new AppError('invalid_input', `"${eventType.title}" cannot last ${wanted} minutes.`, {
      hint: `It lasts ${lengths.join(' or ')} minutes; choose that, or another event type.`,
    });
  }
  return { eventType, durationMinutes: wanted ?? eventType.lengthInMinutes, assumed: [] };
}

function unknown(what: string, own: readonly EventType[]): AppError {
  return new AppError('not_found', `No event type ${what}.`, { hint: `There are: ${own.map(describe).join(', ')}.` });
}

function describe({ slug, title, lengthInMinutes }: EventType): string {
  return `"${title}" (${slug}, ${lengthInMinutes} min)`;
}
