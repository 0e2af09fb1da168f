import type { LuaCall, LuaCatalogue, LuaOutcome, LuaRunner, LuaRunOptions } from './index.ts';
import { createLuaTime } from './time.ts';

/** A provider with two accounts, a server with names that need rewriting. */
export const CATALOGUE: LuaCatalogue = {
  integrations: [
    {
      name: 'cal',
      accounts: ['work'],
      functions: [
        { name: 'list_bookings', parameters: ['limit', 'status', 'skip'] },
        { name: 'list_event_types', parameters: ['limit', 'page', 'team_id'] },
        { name: 'get_booking', parameters: ['id'] },
        { name: 'create_booking', aliases: ['book'], parameters: ['event_type_id', 'start', 'attendee'] },
        { name: 'cancel_booking', parameters: ['booking_uid', 'body'] },
        { name: 'get_current_user' },
      ],
    },
    { name: 'checkout-com', functions: [{ name: 'list_payments' }] },
  ],
  mcp: [{ name: 'fake-server', functions: [{ name: 'read-file', parameters: ['path'] }] }],
};

/** Monday, eight in the morning UTC; the script's zone is Berlin. */
export const FIXTURE_TIME = createLuaTime({ now: () => Date.parse('2030-01-07T08:00:00Z'), timeZone: 'Europe/Berlin' });

/** Answers every call with the call itself. */
export function echo(call: LuaCall): { readonly ok: true; readonly value: unknown } {
  return { ok: true, value: { path: call.path, arguments: call.arguments } };
}

export type RunSource = (source: string, options?: Partial<LuaRunOptions>) => Promise<LuaOutcome>;

export function runnerOf(lua: LuaRunner): RunSource {
  return (source, options) => lua.run({ source, catalogue: CATALOGUE, onCall: echo, time: FIXTURE_TIME, ...options });
}
