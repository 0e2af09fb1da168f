import { callTool } from '../call.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { callOptions, eventTypeOf, given, listOf, numberOf, positional, requiredText, textOf, type Values } from './values.ts';

export async function listBookings(values: Values, terminal: Terminal): Promise<number> {
  const owner = reachOwner(terminal);
  const context = { owner, timeZone: textOf(values, 'timeZone') };
  const after = textOf(values, 'after');
  const before = textOf(values, 'before');
  const { toDayOrMoment } = after === undefined && before === undefined ? { toDayOrMoment: undefined } : await import('../when.ts');
  const input = given({
    // What is over or cancelled is shown only when it is asked for, by its status or by a time.
    status:
      listOf(values, 'status')?.flatMap((status) => status.split(',')) ??
      (after === undefined && before === undefined ? ['upcoming'] : undefined),
    attendeeEmail: textOf(values, 'attendeeEmail'),
    attendeeName: textOf(values, 'attendeeName'),
    eventTypeId: numberOf(values, 'eventTypeId'),
    afterStart: after === undefined ? undefined : await toDayOrMoment?.(after, context),
    beforeEnd: before === undefined ? undefined : await toDayOrMoment?.(before, context),
    take: numberOf(values, 'take'),
    skip: numberOf(values, 'skip'),
  });
  return callTool({ tool: 'cal.list_bookings', input, ...callOptions(values) }, terminal, owner);
}

export function getBooking(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  return callTool({ tool: 'cal.get_booking', input: { uid: positional(positionals, 'uid') }, ...callOptions(values) }, terminal);
}

export async function createBooking(values: Values, terminal: Terminal): Promise<number> {
  const owner = reachOwner(terminal);
  const { toMoment } = await import('../when.ts');
  const input = given({
    ...eventTypeOf(requiredText(values, 'eventType')),
    start: await toMoment(requiredText(values, 'start'), { owner, timeZone: textOf(values, 'timeZone') }),
    attendee: given({
      name: requiredText(values, 'name'),
      email: requiredText(values, 'email'),
      timeZone: textOf(values, 'attendeeTimeZone'),
    }),
    durationMinutes: numberOf(values, 'duration'),
    title: textOf(values, 'title'),
    notes: textOf(values, 'notes'),
    guests: listOf(values, 'guest'),
  });
  return callTool({ tool: 'cal.create_booking', input, ...callOptions(values) }, terminal, owner);
}

export async function rescheduleBooking(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const owner = reachOwner(terminal);
  const { toMoment } = await import('../when.ts');
  const input = given({
    uid: positional(positionals, 'uid'),
    start: await toMoment(requiredText(values, 'start'), { owner, timeZone: textOf(values, 'timeZone') }),
    reason: textOf(values, 'reason'),
  });
  return callTool({ tool: 'cal.reschedule_booking', input, ...callOptions(values) }, terminal, owner);
}

/** Cancel, decline and confirm: a booking's uid and perhaps a reason. */
export function endBooking(
  action: 'cancel' | 'decline' | 'confirm',
  values: Values,
  terminal: Terminal,
  positionals: readonly string[],
): Promise<number> {
  const input = given({ uid: positional(positionals, 'uid'), reason: textOf(values, 'reason') });
  return callTool({ tool: `cal.${action}_booking`, input, ...callOptions(values) }, terminal);
}
