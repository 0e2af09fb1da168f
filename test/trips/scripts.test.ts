import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOwnerClient, type OwnerRequest } from '../../src/owner/client.ts';
import { readRecord } from '../../src/owner/record.ts';
import type { ScriptRunDetails, ScriptRunLine } from '../../src/owner/scripts.ts';
import { startPostgres, type TestPostgres } from '../../src/store/test-engines.ts';
import {
  type CommandResult,
  FROZEN_CLOCK,
  makeHome,
  type RunningKalends,
  removeHome,
  runKalends,
  startKalends,
} from '../support/running-kalends.ts';

const program = join(resolve(import.meta.dirname, '../..'), 'bin', 'kalends.mjs');
const frozen = { KALENDS_CLOCK: FROZEN_CLOCK };

let home: string;
let kalends: RunningKalends;

function open(): void {
  home = makeHome();
}
async function close(): Promise<void> {
  await kalends.stop('SIGKILL');
  removeHome(home);
}

async function start(environment: Readonly<Record<string, string>> = frozen): Promise<void> {
  kalends = await startKalends(home, environment);
}

/** Writes that name nobody new need no question. */
function allowWrites(): void {
  writeFileSync(join(home, 'config.json'), JSON.stringify({ policy: [{ tool: 'cal', verdict: 'allow' }] }));
}

function scripts(...words: readonly string[]): CommandResult {
  return runKalends(['scripts', ...words], { home });
}

function save(name: string, code: string, ...words: readonly string[]): void {
  const { code: exit, stdout } = scripts('save', name, '--eval', code, ...words, '--json');
  expect({ exit, stdout: exit === 0 ? '' : stdout }).toEqual({ exit: 0, stdout: '' });
}

/** What commands ask the owner, without the time a command takes. */
const ask = <Answer>(path: string, request?: OwnerRequest) =>
  createOwnerClient(() => readRecord(home)?.socket).json<Answer>(`/owner/${path}`, request);

const runsOf = async (name: string) => (await ask<{ runs: readonly ScriptRunLine[] }>(`scripts/${name}/runs`)).runs;
const run = (name: string, id: number) => ask<ScriptRunDetails>(`scripts/${name}/runs/${id}`);
const journal = async () =>
  (await ask<{ entries: readonly { readonly tool: string; readonly script: string | null }[] }>('journal')).entries;
const toolResult = async <Output>(tool: string, input: unknown) =>
  (await ask<{ output: Output }>('call', { body: { tool, input, surface: 'terminal' } })).output;

/** Looks until the runs are as they are expected; the newest comes first. */
async function untilRuns(
  name: string,
  isThere: (runs: readonly ScriptRunLine[]) => boolean | Promise<boolean>,
): Promise<readonly ScriptRunLine[]> {
  let found: readonly ScriptRunLine[] = [];
  await until(async () => {
    found = await runsOf(name);
    return isThere(found);
  });
  return found;
}

async function until(isThere: () => Promise<boolean>): Promise<void> {
  while (!(await isThere())) await new Promise((done) => setTimeout(done, 100));
}

const isOver = ({ state }: ScriptRunLine) => state !== 'queued' && state !== 'running';

async function book(start: string): Promise<string> {
  const response = await fetch(`${kalends.address}/v2/bookings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${kalends.apiKey}`, 'content-type': 'application/json', 'cal-api-version': '2026-02-25' },
    body: JSON.stringify({
      start,
      eventTypeSlug: '30min',
      username: (await me()).username,
      attendee: { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' },
    }),
  });
  const answer = await response.json();
  expect(answer).toMatchObject({ status: 'success' });
  return answer.data.uid;
}

const me = () => toolResult<{ readonly username: string }>('cal.get_current_user', {});
const bookings = async () =>
  (await toolResult<{ bookings: readonly { readonly uid: string; readonly start: string }[] }>('cal.list_bookings', {})).bookings;

/** Lua that books with the person's own address, which is no new one. */
const booking = (start: string) => `app.integrations.cal.create_booking{ event_type_slug = "30min", start = "${start}",
  attendee = { name = "Me", email = app.integrations.cal.get_current_user().email, time_zone = "UTC" } }`;

function inBackground(...words: readonly string[]) {
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...process.env, KALENDS_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise<{ readonly code: number | null; readonly output: string }>((done) =>
    child.once('close', (code) => done({ code, output })),
  );
}

describe('a saved script', () => {
  beforeAll(async () => {
    open();
    await start();
  });
  afterAll(close);

  it('does what its page shows', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/scripts.md'), 'utf8');
    const blockOf = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';
    writeFileSync(join(home, 'standup.lua'), blockOf('lua'));
    const environment = { ...process.env, KALENDS_HOME: home };
    for (const line of blockOf('sh').trim().split('\n')) {
      const command = line.replace(/^npx kalends/, `'${process.execPath}' '${program}'`);
      const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: home, env: environment, encoding: 'utf8' });
      expect({ line, status, stderr: status === 0 ? '' : stderr }).toEqual({ line, status: 0, stderr: '' });
    }
  });

  it('is checked, run by hand, shown and removed', async () => {
    const wrong = scripts('save', 'broken', '--eval', 'print("a")\nreturn retrun 1', '--json');
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stderr).error.message).toMatch(/does not compile, line 2/);
    save('greet', 'print("Hello", args.who, args.days) return now()', '--param', 'who=Ada', '--param', 'days:=3');
    const ran = scripts('run', 'greet', '--param', 'who=Bob', '--json');
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ state: 'succeeded', output: 'Hello\tBob\t3', args: { who: 'Bob' }, version: 1 });
    const lost = scripts('show', 'gret', '--json');
    expect(JSON.parse(lost.stderr).error).toMatchObject({ message: 'There is no script "gret".', hint: 'Did you mean greet?' });
    const [entry] = await journal();
    expect(entry).toMatchObject({
      tool: 'scripts.run',
      surface: 'automation',
      script: `greet, run ${JSON.parse(ran.stdout).id}`,
      state: 'done',
      input: { cause: 'manual', attempt: 1 },
    });
    expect(entry).toMatchObject({
      outcome: {
        output: {
          state: 'succeeded',
          output: 'Hello\tBob\t3',
          output_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      },
    });
    expect(JSON.parse(runKalends(['journal', 'verify', '--json'], { home }).stdout)).toMatchObject({ ok: true });
    expect(scripts('remove', 'greet', '--json').code).toBe(0);
    expect(scripts('list', '--json').stdout).not.toContain('greet');
  });

  it('plans in a dry run and leaves no run', async () => {
    save('plan', `return ${booking('2030-01-08T10:00:00Z')}.dry_run`);
    const planned = scripts('run', 'plan', '--dry-run', '--json');
    expect(JSON.parse(planned.stdout)).toMatchObject({
      success: true,
      result: [true],
      meta: { planned: [{ tool: 'cal.create_booking', verdict: 'ask' }] },
    });
    expect([await bookings(), await runsOf('plan')]).toEqual([[], []]);
  });

  it('waits for approval, and the approval does exactly what was asked', async () => {
    save('ask', `return ${booking('2030-01-08T10:00:00Z')}.uid`);
    const asked = scripts('run', 'ask', '--json');
    const ended: ScriptRunDetails = JSON.parse(asked.stdout);
    expect([asked.code, ended.state, await bookings()]).toEqual([3, 'waiting', []]);
    const [approval] = ended.approvals;
    expect(approval).toMatchObject({ state: 'pending' });
    expect(runKalends(['approvals', 'approve', approval?.id ?? '', '--json'], { home }).code).toBe(0);
    expect(await bookings()).toMatchObject([{ start: '2030-01-08T10:00:00.000Z' }]);
    expect(await run('ask', ended.id)).toMatchObject({ state: 'waiting', approvals: [{ state: 'used' }] });
    const [entry] = await journal();
    expect(entry).toMatchObject({ tool: 'cal.create_booking', script: `ask, run ${ended.id}`, approvalId: approval?.id });
  });

  it('runs one at a time, and one after the other', async () => {
    save('slow', 'print("in") sleep(0.6) print("out")');
    const ended = await Promise.all([1, 2, 3].map(() => inBackground('scripts', 'run', 'slow', '--json')));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    const spans = ended.map(({ output }): ScriptRunDetails => JSON.parse(output)).toSorted((one, other) => one.id - other.id);
    for (const [index, span] of spans.slice(1).entries()) {
      expect(Date.parse(span.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(spans[index]?.endedAt ?? ''));
    }
  });

  it('is removed while it runs: that run goes on, and stands in the journal', async () => {
    save('doomed', 'sleep(1.5) print("done")', '--cron', '0 9 * * *');
    const ran = inBackground('scripts', 'run', 'doomed', '--json');
    const [running] = await untilRuns('doomed', ([newest]) => newest?.state === 'running');
    const refused = scripts('remove', 'doomed', '--json');
    expect(refused.code).toBe(2);
    expect(JSON.parse(scripts('remove', 'doomed', '--yes', '--json').stdout)).toEqual({ removed: 'doomed', wasRunning: true });
    expect((await ran).code).toBe(1);
    const label = `doomed, run ${running?.id}`;
    await until(async () => (await journal()).some(({ script }) => script === label));
    expect((await journal())[0]).toMatchObject({ tool: 'scripts.run', script: label, outcome: { output: { output: 'done' } } });
  });
});

describe('what happens', () => {
  beforeEach(open);
  afterEach(close);

  it('starts a script with what a webhook would get, once each, in order', async () => {
    await start();
    save(
      'greet',
      'print(args.event.triggerEvent, args.event.payload.startTime, args.event.account) return args.event.payload.uid',
      '--on',
      'booking-created',
    );
    const uids = [await book('2030-01-08T10:00:00Z'), await book('2030-01-08T11:00:00Z'), await book('2030-01-08T12:00:00Z')];
    const found = await untilRuns('greet', (runs) => runs.length === 3 && runs.every(isOver));
    const ended = await Promise.all(found.toReversed().map(({ id }) => run('greet', id)));
    expect(ended.map(({ output }) => output)).toEqual([
      'BOOKING_CREATED\t2030-01-08T10:00:00Z\tlocal',
      'BOOKING_CREATED\t2030-01-08T11:00:00Z\tlocal',
      'BOOKING_CREATED\t2030-01-08T12:00:00Z\tlocal',
    ]);
    expect(ended.map(({ result }) => result)).toEqual(uids.map((uid) => [uid]));
  });

  it('starts no script by what it did itself, or led another to do', async () => {
    allowWrites();
    await start();
    const follow = (hours: number) => `local at = time.add(args.event.payload.startTime, { hours = ${hours} })
      return app.integrations.cal.create_booking{ event_type_slug = "30min", start = at,
        attendee = { name = "Me", email = app.integrations.cal.get_current_user().email, time_zone = "UTC" } }.uid`;
    save('ping', follow(1), '--on', 'BOOKING_CREATED');
    save('pong', follow(2), '--on', 'BOOKING_CREATED');
    await book('2030-01-08T09:00:00Z');
    // Ada's, one of each script for hers, and one of each for the other's.
    await untilRuns('ping', (runs) => runs.length === 4 && runs.every(isOver));
    await untilRuns('pong', (runs) => runs.length === 4 && runs.every(isOver));
    for (const name of ['ping', 'pong']) {
      const reasons = (await runsOf(name)).filter(({ state }) => state === 'skipped').map(({ reason }) => reason);
      expect(reasons).toEqual(Array(2).fill('It came of this script itself, which is not started by what it did.'));
    }
  });
});

describe('a schedule', () => {
  beforeEach(open);
  afterEach(close);

  it('makes up for one tick within the hour, and tells of those that were missed', async () => {
    await start();
    save('early', 'return 1', '--cron', '30 * * * *', '--zone', 'UTC');
    save('daily', 'return 1', '--cron', '0 9 * * *', '--zone', 'UTC');
    expect(JSON.parse(scripts('show', 'early', '--json').stdout).nextTicks).toEqual([
      '2030-01-07T08:30:00.000Z',
      '2030-01-07T09:30:00.000Z',
      '2030-01-07T10:30:00.000Z',
    ]);
    await kalends.stop();
    await start({ KALENDS_CLOCK: '2030-01-07T10:42:00Z' });
    expect(await untilRuns('early', (runs) => runs.length === 2 && runs.every(isOver))).toMatchObject([
      { state: 'succeeded', cause: 'schedule', causeText: '2030-01-07T10:30:00.000Z' },
      { state: 'skipped', reason: '2 ticks from here on were missed: Kalends was not running then.' },
    ]);
    expect(await untilRuns('daily', (runs) => runs.length === 1)).toMatchObject([
      { state: 'skipped', reason: 'It was missed by 102 min: Kalends was not running then.' },
    ]);
  });
});

describe('a process that ends', () => {
  beforeEach(open);
  afterEach(close);

  it('by a kill leaves a run that is tried again without a second booking', async () => {
    allowWrites();
    await start();
    const untilAnother = 'repeat sleep(0.3) until #app.integrations.cal.list_bookings().bookings > 1';
    save('book', `local made = ${booking('2030-01-08T10:00:00Z')} print(made.uid) ${untilAnother}`, '--retry-delay', '1');
    void inBackground('scripts', 'run', 'book');
    await untilRuns('book', async ([newest]) => newest?.state === 'running' && (await bookings()).length === 1);
    await kalends.stop('SIGKILL');
    await start();
    const [made] = await bookings();
    await book('2030-01-08T15:00:00Z');
    await untilRuns('book', ([newest]) => newest?.state === 'succeeded');
    expect((await bookings()).map(({ start: at }) => at).toSorted()).toEqual(['2030-01-08T10:00:00.000Z', '2030-01-08T15:00:00.000Z']);
    expect(await run('book', 1)).toMatchObject({
      attempt: 2,
      output: made?.uid,
      history: [{ attempt: 1, error: { code: 'interrupted' } }],
    });
    const tools = (await journal()).map(({ tool }) => tool).filter((tool) => !tool.startsWith('POST '));
    expect(tools).toEqual(['scripts.run', 'scripts.run', 'cal.create_booking']);
  });

  it('by a stop interrupts a long run, and says so', async () => {
    await start();
    save('slow', 'sleep(25)', '--retries', '0');
    void inBackground('scripts', 'run', 'slow');
    await untilRuns('slow', ([newest]) => newest?.state === 'running');
    await kalends.stop();
    await start();
    expect(await runsOf('slow')).toMatchObject([{ state: 'interrupted', reason: 'Kalends was stopped.' }]);
  });

  it('by a kill leaves a run interrupted where it is not to be tried again', async () => {
    await start();
    save('slow', 'sleep(20)', '--retries', '0');
    void inBackground('scripts', 'run', 'slow');
    await untilRuns('slow', ([newest]) => newest?.state === 'running');
    await kalends.stop('SIGKILL');
    await start();
    expect(await untilRuns('slow', (runs) => runs.every(isOver))).toMatchObject([{ state: 'interrupted', attempt: 1 }]);
  });
});

describe('two owners of one database', () => {
  let server: TestPostgres;
  let other: RunningKalends;
  let otherHome: string;
  beforeEach(open);
  afterEach(close);
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('run a script once for each event, and never twice at once', async () => {
    const shared = { ...frozen, DATABASE_URL: await server.createDatabase() };
    await start(shared);
    otherHome = makeHome();
    other = await startKalends(otherHome, shared);
    try {
      save('slow', 'sleep(0.3) print(args.event.payload.startTime)', '--on', 'BOOKING_CREATED');
      const hours = ['09', '10', '11', '12', '13', '14'];
      for (const hour of hours) await book(`2030-01-08T${hour}:00:00Z`);
      const found = await untilRuns('slow', (runs) => runs.length === hours.length && runs.every(isOver));
      const ended = await Promise.all(found.toReversed().map(({ id }) => run('slow', id)));
      expect(ended.map(({ state }) => state)).toEqual(hours.map(() => 'succeeded'));
      const spans = ended.toSorted((one, two) => Date.parse(one.startedAt ?? '') - Date.parse(two.startedAt ?? ''));
      expect(spans.map(({ output }) => output.slice(11, 13))).toEqual(hours);
      for (const [index, span] of spans.slice(1).entries()) {
        expect(Date.parse(span.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(spans[index]?.endedAt ?? ''));
      }
    } finally {
      await other.stop('SIGKILL');
      removeHome(otherHome);
    }
  });
});
