import { AppError } from '../../errors.ts';
import { callTool } from '../call.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import type { WhenContext, WhenRange } from '../when.ts';
import { callOptions, eventTypeOf, given, numberOf, requiredText, textOf, type Values } from './values.ts';

export async function availableSlots(values: Values, terminal: Terminal): Promise<number> {
  const owner = reachOwner(terminal);
  const input = given({
    ...eventTypeOf(requiredText(values, 'eventType')),
    ...(await rangeOf(values, { owner, timeZone: textOf(values, 'timeZone') })),
    timeZone: textOf(values, 'timeZone'),
    durationMinutes: numberOf(values, 'duration'),
    rescheduleUid: textOf(values, 'rescheduleUid'),
  });
  return callTool({ tool: 'cal.get_available_slots', input, ...callOptions(values) }, terminal, owner);
}

async function rangeOf(values: Values, context: WhenContext): Promise<WhenRange> {
  const { toMoment, toRange } = await import('../when.ts');
  const when = textOf(values, 'when');
  const start = textOf(values, 'start');
  const end = textOf(values, 'end');
  if (when !== undefined && (start ?? end) !== undefined) {
    throw new AppError('invalid_input', 'Use either --when or --start and --end.', { hint: 'For example: --when "friday afternoon".' });
  }
  if (start === undefined && end !== undefined) {
    throw new AppError('invalid_input', 'There is an --end but no --start.', { hint: 'Add --start, for example --start 2030-01-11.' });
  }
  if (start === undefined) return toRange(when ?? 'this week', context);
  // A day given as the end is the last day that counts.
  const first = await toRange(start, context).catch(async () => ({ start: await toMoment(start, context), end: undefined }));
  if (end === undefined) {
    if (first.end !== undefined) return { start: first.start, end: first.end };
    throw new AppError('invalid_input', `"${start}" is a moment, and there is no --end.`, { hint: 'Add --end, or name a whole day.' });
  }
  const last = await toRange(end, context).catch(async () => ({ end: await toMoment(end, context) }));
  return { start: first.start, end: last.end };
}
