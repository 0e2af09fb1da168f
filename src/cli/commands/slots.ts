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
  const { comingWeek, toDayOrMoment, toRange } = await import('../when.ts');
  const when = textOf(values, 'when');
  const start = textOf(values, 'start');
  const end = textOf(values, 'end');
  if (when !== undefined && (start ?? end) !== undefined) {
    throw new AppError('invalid_input', 'Use either --when or --start and --end.', { hint: 'For example: --when "friday afternoon".' });
  }
  if (start === undefined && end !== undefined) {
    throw new AppError('invalid_input', 'There is an --end but no --start.', { hint: 'Add --start, for example --start 2030-01-11.' });
  }
  if (when !== undefined) return toRange(when, context);
  if (start === undefined) return comingWeek(context);
  if (end === undefined) return toRange(start, context);
  return { start: await toDayOrMoment(start, context), end: await toDayOrMoment(end, context) };
}
