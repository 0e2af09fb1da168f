import { AppError } from '../../errors.ts';
import type { GateOutcome } from '../../toolkit/call.ts';
import { callTool } from '../call.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { callOptions, positional, type Values } from './values.ts';

export function listEventTypes(values: Values, terminal: Terminal): Promise<number> {
  return callTool({ tool: 'cal.list_event_types', input: {}, ...callOptions(values) }, terminal);
}

export async function getEventType(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const name = positional(positionals, 'event type');
  const owner = reachOwner(terminal);
  const eventTypeId = /^\d{1,9}$/.test(name) ? Number(name) : await findBySlug(name);
  return callTool({ tool: 'cal.get_event_type', input: { eventTypeId }, ...callOptions(values) }, terminal, owner);

  async function findBySlug(slug: string): Promise<number> {
    const body = { tool: 'cal.list_event_types', input: {}, surface: 'terminal' };
    const outcome = await owner.json<GateOutcome>('/owner/call', { body });
    const list = outcome.status === 'done' && Array.isArray(outcome.output) ? outcome.output : [];
    const all = list as readonly { readonly id: number; readonly slug: string }[]; // the tool's checked output
    const found = all.find((eventType) => eventType.slug === slug);
    if (found) return found.id;
    throw new AppError('not_found', `There is no event type "${slug}".`, {
      hint: all.length > 0 ? `There are: ${all.map((eventType) => eventType.slug).join(', ')}.` : 'You have no event types yet.',
    });
  }
}

export function me(values: Values, terminal: Terminal): Promise<number> {
  return callTool({ tool: 'cal.get_current_user', input: {}, ...callOptions(values) }, terminal);
}
