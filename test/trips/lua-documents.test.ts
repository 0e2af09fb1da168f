import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureOwner } from '../../src/runtime-person.ts';
import { openStore } from '../../src/store/store.ts';
import { testSeedArchive } from '../../src/store/test-engines.ts';
import { firstUser } from '../../src/store/users.ts';
import { CAL_DOCUMENT_NOW, fillCalDocument, readLuaDocument } from '../support/cal-document.ts';
import { makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

let home: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  writeFileSync(join(home, 'config.json'), '{ "allowYes": true, "allowForce": true }');
  // Before the program holds it: no request can choose the ids that the document names.
  const store = await openStore({ home, seedArchive: await testSeedArchive() });
  await ensureOwner({ home, firstApiKey: undefined }, store);
  await fillCalDocument(store, (await firstUser(store.db))?.id ?? 0);
  await store.close();
  kalends = await startKalends(home, { KALENDS_CLOCK: new Date(CAL_DOCUMENT_NOW).toISOString() });
});

afterAll(async () => {
  await kalends?.stop();
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

describe('the errors of a script', () => {
  it('are JSON with a code, a line and an exit code of their own', () => {
    const codeOf = (...words: string[]) => runKalends(['lua', ...words, '--json'], { home }).code;
    expect([codeOf('--eval', 'x = ('), codeOf(), codeOf('nothing.lua'), codeOf('-e', 'while true do end', '--time-limit', '0.2')]).toEqual([
      2, 2, 2, 8,
    ]);
    const pending =
      'app.integrations.cal.create_booking({ event_type_id = 2, start = "2026-05-12T10:00:00Z", attendee = { name = "A", email = "a@example.test" } })';
    expect(codeOf('-e', pending)).toBe(3);
    expect(resultOf(pending, '--dry-run').meta.planned).toMatchObject([{ tool: 'cal.create_booking', verdict: 'ask' }]);
    expect(resultOf('return args.name, args.days[2]', '-p', 'name=Ada', '-p', 'days:=[1,2]').result).toEqual(['Ada', 2]);
  });
});

const document = readLuaDocument('cal-lua-api.txt');

/** Every command of the document as words, with the script file where it was written here. */
const commands = [...document.matchAll(/\bkosmo ((?:integrations|mcp):lua) (?:--eval '([^']*)'|workflow\.lua)((?: --\w+)*)/g)].map(
  ([, name = '', code, flags = '']) => ({ name, code, flags: flags.trim().split(' ') }),
);
/** The document's own scripts outside of fences: what it puts into the file, and what it says of its first function. */
const scripts =
  document.match(/(?:local cal = app\.integrations\.cal\n)?local result = \S+list_event_types\(.*\n(?:dump|print)\(result\)/g) ?? [];

describe.skipIf(document === '')('every command of the document itself (skipped where ../shared is absent)', () => {
  it('are the six that are known here, and two scripts', () => {
    expect(commands.map(({ name, code, flags }) => [name, code === undefined ? 'file' : 'eval', ...flags])).toEqual([
      ['integrations:lua', 'eval', '--json'],
      ['integrations:lua', 'eval', '--json'],
      ['integrations:lua', 'eval', '--json'],
      ['integrations:lua', 'file', '--json'],
      ['integrations:lua', 'file', '--force', '--json'],
      ['mcp:lua', 'eval', '--json'],
    ]);
    expect(scripts).toHaveLength(2);
  });

  it.each(commands.map((command, index) => [index + 1, command] as const))('command %i succeeds', (_index, { name, code, flags }) => {
    const file = join(home, 'workflow.lua');
    writeFileSync(file, scripts[0] ?? '');
    const { code: exitCode, stdout, stderr } = runKalends([name, ...(code === undefined ? [file] : ['--eval', code]), ...flags], { home });
    const { success, output, error } = JSON.parse(stdout);
    expect({ exitCode, success, error, stderr }).toEqual({ exitCode: 0, success: true, error: null, stderr: '' });
    // Each says what it read: the event type of team 1, a page, or that there are no servers.
    expect(output).toMatch(code?.includes('docs.read') ? /^# / : name === 'mcp:lua' ? /^\[\]/ : /care-call/);
  });

  it.each(scripts.map((code, index) => [index + 1, code] as const))('script %i runs', (_index, code) => {
    expect(evaluate(code).error).toBeNull();
  });
});

/** The document about Whereby shows no command of its own: its words about the command line are those of the document about Cal.com. */
it('the document about Whereby has no command that would be missed', () => {
  expect(readLuaDocument('whereby-lua-api.txt')).not.toMatch(/\bkosmo \w/);
});
