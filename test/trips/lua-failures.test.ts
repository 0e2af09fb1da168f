import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, runKalends, startKalends } from '../support/running-kalends.ts';

/** Whatever goes wrong with a script, a program reads one envelope on standard output and an exit code. */
const program = join(resolve(import.meta.dirname, '../..'), 'bin', 'kalends.mjs');
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

const MEMBERS = ['success', 'output', 'result', 'error', 'execution_time_ms', 'memory_usage', 'integration_calls', 'meta'];
const META = ['name', 'warnings', 'budgets', 'instructions', 'waited_ms', 'dry_run', 'permission_bypassed', 'account'];

function failureOf(stdout: string) {
  const report = JSON.parse(stdout);
  expect(Object.keys(report)).toEqual(MEMBERS);
  expect(Object.keys(report.meta)).toEqual(expect.arrayContaining(META));
  expect(report).toMatchObject({ success: false, result: null, error: { message: expect.any(String), retryable: expect.any(Boolean) } });
  return report;
}

function fail(words: readonly string[], at: { readonly home: string; readonly environment?: Readonly<Record<string, string>> } = { home }) {
  const { code, stdout, stderr } = runKalends([...words, '--json'], at);
  expect(stderr).toBe('');
  const { error, meta } = failureOf(stdout);
  return { exit: code, code: error.code, reason: error.reason, message: error.message, meta };
}

const BOOK =
  'app.integrations.cal.create_booking({ event_type_id = 2, start = "2030-01-08T10:00:00Z", attendee = { name = "B", email = "b@example.com" } })';

describe('a failed script', () => {
  it.each([
    ['no script at all', ['lua'], 2, 'invalid_arguments', 'There is no script.'],
    ['a file that is not there', ['lua', 'nothing.lua'], 2, 'invalid_arguments', '"nothing.lua"'],
    ['a file and a text', ['lua', 'a.lua', '-e', 'return 1'], 2, 'invalid_arguments', '"a.lua"'],
    ['a flag that is not there', ['lua', '--evall', 'return 1'], 2, 'invalid_arguments', '--evall'],
    ['a limit that is no number', ['mcp:lua', '-e', 'return 1', '--time-limit', 'soon'], 2, 'invalid_arguments', 'soon'],
    ['a parameter without a name', ['lua', '-e', 'return 1', '-p', 'Ada'], 2, 'invalid_arguments', '"Ada"'],
    ['a parameter that is no JSON', ['lua', '-e', 'return 1', '-p', 'days:=[1'], 2, 'invalid_arguments', '"days"'],
    ['a zone that is not there', ['lua', '-e', 'return now()', '--time-zone', 'Mars/Olympus'], 2, 'invalid_arguments', 'Mars/Olympus'],
    ['a wrong sentence', ['lua', '-e', 'x = ('], 2, 'syntax', 'eof'],
    ['a wrong value', ['lua', '-e', 'app.integrations.cal.list_bookings({ take = "many" })'], 2, 'invalid_arguments', 'many'],
    ['an error of its own', ['lua', '-e', 'error("mine")'], 1, 'runtime', 'mine'],
    ['a write that waits', ['lua', '-e', BOOK], 3, 'approval_pending', 'waits for approval'],
    ['something that is not there', ['lua', '-e', 'app.integrations.cal.get_booking({ id = "nothing" })'], 1, 'upstream', 'nothing'],
    [
      'an account that is not there',
      ['lua', '-e', 'app.integrations.cal.get_current_user()', '--account', 'work'],
      undefined,
      'upstream',
      '"work"',
    ],
    ['a loop', ['lua', '-e', 'while true do end', '--time-limit', '0.3'], 8, 'timeout', '0.3'],
    ['too much output', ['lua', '-e', 'print(string.rep("x", 2000))', '--output-limit', '1000'], 8, 'output_limit', '1 KB'],
    ['too many calls', ['lua', '-e', 'for i = 1, 9 do mcp.servers() end', '--call-limit', '3'], 8, 'call_limit', '3'],
  ] as const)('of %s', (_name, words, exit, code, says) => {
    const failure = fail(words);
    expect(failure).toMatchObject({ code, message: expect.stringContaining(says) });
    if (exit === undefined) expect(failure.exit).not.toBe(0);
    else expect(failure.exit).toBe(exit);
  });

  it('among lines that are piped in has an envelope of its own', () => {
    const lines = ['x = 41', 'x + 1', 'x = = 1', 'error("mine")', 'for i = 1, 2 do', ''].join('\n');
    const environment = { ...process.env, KALENDS_HOME: home };
    const { status, stdout } = spawnSync(process.execPath, [program, 'lua', '--repl', '--json'], {
      env: environment,
      input: lines,
      encoding: 'utf8',
    });
    const reports = stdout.split(/^(?=\{)/m).map((text) => JSON.parse(text));
    expect(reports.map(({ result, error }) => result?.[0] ?? error?.code ?? null)).toEqual([
      null,
      42,
      'syntax',
      'runtime',
      'invalid_arguments',
    ]);
    expect(status).toBe(2);
  });

  it('says what it was asked with', () => {
    expect(fail(['lua', 'nothing.lua', '--dry-run', '--force', '--account', 'work']).meta).toMatchObject({
      dry_run: true,
      permission_bypassed: true,
      account: 'work',
      planned: [],
    });
  });

  it('of an owner that cannot be reached', () => {
    const file = join(home, 'a-file');
    writeFileSync(file, '');
    const { exit, code } = fail(['lua', '-e', 'return 1'], { home: join(file, 'home') });
    expect([exit === 0, code]).toEqual([false, 'upstream']);
  });

  it('that is stopped tells what it had done and said', async () => {
    const code = `print("begun") ${BOOK} while true do sleep(0.01) end`;
    const child = spawn(process.execPath, [program, 'lua', '-e', code, '--yes', '--json'], {
      env: { ...process.env, KALENDS_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const ended = once(child, 'close');
    const isBooked = () => runKalends(['bookings', 'list', '--json'], { home }).stdout.includes('b@example.com');
    while (child.exitCode === null && !isBooked()) await new Promise((done) => setTimeout(done, 50));
    child.kill('SIGINT');
    expect(await ended).toEqual([1, null]);
    const { error, output, integration_calls: calls } = failureOf(stdout);
    expect({ code: error.code, output }).toEqual({ code: 'cancelled', output: 'begun' });
    expect(calls).toMatchObject([{ function: 'cal.create_booking', effect_status: 'succeeded', journal_id: expect.any(Number) }]);
  });
});
