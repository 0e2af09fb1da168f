import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCommandDescriptions } from '../../src/runtime-catalog.ts';
import { toLuaCall } from '../../src/surfaces/samples.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

/** What the two documents about Lua show, each run by the real program. The names they use stand for records made here. */
const DOCUMENTS = resolve(import.meta.dirname, '../../../shared/reference/seeds');

let home: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  writeFileSync(join(home, 'config.json'), '{ "allowYes": true }');
  kalends = await startKalends(home, { KALENDS_CLOCK: FROZEN_CLOCK });
});

afterAll(async () => {
  await kalends.stop();
  removeHome(home);
});

// biome-ignore lint/suspicious/noExplicitAny: each report is matched against what it must hold
function lua(words: readonly string[]): any {
  const { stdout, stderr } = runKalends(words, { home });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const evaluate = (code: string, ...more: string[]) => lua(['integrations:lua', '--eval', code, '--json', ...more]);

/** The result of a script that must succeed. */
function resultOf(code: string, ...more: string[]) {
  const report = evaluate(code, ...more);
  expect({ code, error: report.error }).toEqual({ code, error: null });
  return report;
}

describe('the commands of the documents', () => {
  it('call a function and print what it answers', () => {
    const { output, integration_calls: calls } = resultOf('dump(app.integrations.cal.list_event_types({limit = 1, page = 1}))');
    expect(output).toContain('lengthInMinutes');
    expect(calls).toMatchObject([{ function: 'cal.list_event_types', effect_status: 'none' }]);
  });

  it('read the pages, in both spellings', () => {
    expect(resultOf('print(docs.read("cal"))').output).toContain('app.integrations.cal.create_booking(');
    expect(resultOf('print(docs.read("cal.list_event_types"))').output).toContain('| team_id | integer');
    expect(resultOf('return docs.read("integrations.cal") == docs.read("cal")').result).toEqual([true]);
  });

  it('run a file, with and without --force', () => {
    const file = join(home, 'workflow.lua');
    writeFileSync(file, 'local cal = app.integrations.cal\nlocal result = cal.list_event_types({limit = 1, page = 1})\ndump(result)\n');
    expect(lua(['integrations:lua', file, '--json'])).toMatchObject({ success: true, meta: { name: 'workflow.lua' } });
    expect(lua(['integrations:lua', file, '--force', '--json'])).toMatchObject({ success: true, meta: { permission_bypassed: true } });
  });

  it('look at MCP servers alone', () => {
    expect(lua(['mcp:lua', '--eval', 'dump(mcp.servers())', '--json'])).toMatchObject({ success: true, output: '[]' });
    const wrong = lua(['mcp:lua', '--eval', 'app.integrations.cal.list_bookings({})', '--json']);
    expect(wrong).toMatchObject({ success: false, error: { reason: 'unknown_name' } });
  });
});

describe('the blocks about Cal.com', () => {
  it('read', () => {
    const { result } = resultOf(`
      local event_types = app.integrations.cal.list_event_types({ limit = 20 })
      local event_type = app.integrations.cal.get_event_type({ id = 2 })
      local bookings = app.integrations.cal.list_bookings({ status = "upcoming" })
      local me = app.integrations.cal.get_current_user({})
      return #event_types, event_type.slug, #bookings.bookings, me.timeZone`);
    expect(result).toEqual([3, '30min', 0, 'Europe/Amsterdam']);
  });

  it('book with a reserved word and with responses, move, cancel', () => {
    const { result, meta } = resultOf(
      `local created = app.integrations.cal.create_booking({
         event_type_id = 2,
         start = "2030-01-08T10:00:00Z",
         end = "2030-01-08T10:30:00Z",
         responses = { name = "Jane Example", email = "jane@example.test" },
       })
       local booking = app.integrations.cal.get_booking({ id = created.uid })
       local rescheduled = app.integrations.cal.reschedule_booking({ booking_uid = created.uid, body = { start = "2030-01-09T10:00:00Z" } })
       local cancelled = app.integrations.cal.cancel_booking({ booking_uid = rescheduled.uid, body = { cancellationReason = "No longer needed" } })
       return booking.attendees[1].timeZone, rescheduled.start, cancelled.status`,
      '--yes',
    );
    expect(result).toEqual(['Europe/Amsterdam', '2030-01-09T10:00:00.000Z', 'cancelled']);
    expect(meta.warnings).toEqual([expect.stringContaining('end_time')]);
  });

  it('call the API by path', () => {
    const { result } = resultOf(
      `local slots = app.integrations.cal.api_get({
         path = "/slots",
         params = { eventTypeId = 2, start = "2030-01-08T00:00:00Z", end = "2030-01-09T00:00:00Z" },
       })
       local made = app.integrations.cal.api_post({
         path = "/bookings",
         body = { eventTypeId = 2, start = "2030-01-10T10:00:00Z", responses = { name = "Jane Example", email = "jane@example.test" } },
       })
       return slots["2030-01-08"] ~= nil, made.status`,
      '--yes',
    );
    expect(result).toEqual([true, 'accepted']);
  });

  it('name accounts', () => {
    expect(resultOf('return #app.integrations.cal.default.list_bookings({ status = "past" }).bookings').result).toEqual([0]);
    expect(evaluate('app.integrations.cal.work.api_get({ path = "/me" })')).toMatchObject({ error: { reason: 'unknown_name' } });
  });
});

describe('the samples of the generated pages', () => {
  it('all run: what fails does so for want of the record it names', async () => {
    const descriptions = await loadCommandDescriptions();
    const file = join(home, 'samples.lua');
    const samples = descriptions.map((description) => {
      const sample = toLuaCall(description, description.example);
      return `do local ok, failure = pcall(function() ${sample} end) seen["${description.tool}"] = ok and "ran" or failure.reason end`;
    });
    writeFileSync(file, `seen = {}\n${samples.join('\n')}\nreturn seen`);
    const { error, result } = lua(['lua', file, '--dry-run', '--json']);
    expect(error).toBeNull();
    const ends = Object.entries<string>(result[0]);
    expect(ends).toHaveLength(descriptions.length);
    expect(ends.filter(([, end]) => !['ran', 'not_found', 'conflict'].includes(end))).toEqual([]);
  });
});

describe('the errors of a script', () => {
  it('are JSON with a code, a line and an exit code of their own', () => {
    const codeOf = (...words: string[]) => runKalends(['lua', ...words, '--json'], { home }).code;
    expect([codeOf('--eval', 'x = ('), codeOf(), codeOf('nothing.lua'), codeOf('-e', 'while true do end', '--time-limit', '0.2')]).toEqual([
      2, 2, 2, 8,
    ]);
    const pending =
      'app.integrations.cal.create_booking({ event_type_id = 2, start = "2030-01-15T10:00:00Z", attendee = { name = "A", email = "a@example.test" } })';
    expect(codeOf('-e', pending)).toBe(3);
    expect(resultOf(pending, '--dry-run').meta.planned).toMatchObject([{ tool: 'cal.create_booking', verdict: 'ask' }]);
    expect(resultOf('return args.name, args.days[2]', '-p', 'name=Ada', '-p', 'days:=[1,2]').result).toEqual(['Ada', 2]);
  });
});

const CAL = join(DOCUMENTS, 'cal-lua-api.txt');
const blocks = existsSync(CAL) ? [...readFileSync(CAL, 'utf8').matchAll(/^```lua\n([\s\S]*?)^```/gm)].map(([, code = '']) => code) : [];

describe.skipIf(blocks.length === 0)('every block of the document itself (skipped where ../shared is absent)', () => {
  it.each(blocks.map((code, index) => [index + 1, code] as const))(
    'block %i is read, and fails at most for what is not there',
    (_index, code) => {
      const { error } = evaluate(code, '--dry-run');
      // Ids, dates and accounts that the document makes up are not on this machine.
      if (error !== null) expect(['not_found', 'unknown_name', 'conflict', 'invalid_input']).toContain(error.reason);
    },
  );
});
