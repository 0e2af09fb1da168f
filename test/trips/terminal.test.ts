import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CommandResult,
  FROZEN_CLOCK,
  makeHome,
  type RunningKalends,
  removeHome,
  runKalends,
  startKalends,
} from '../support/running-kalends.ts';

const KEY = 'cal_for-scripts-and-containers';
const environment = { KALENDS_CLOCK: FROZEN_CLOCK };
const program = join(resolve(import.meta.dirname, '../..'), 'bin', 'kalends.mjs');

function runAtOnce(args: readonly string[], home: string): Promise<CommandResult> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, KALENDS_HOME: home, TZ: 'Europe/Amsterdam', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

describe('the terminal', () => {
  let home: string;
  beforeAll(() => {
    home = makeHome();
  });
  afterAll(() => {
    runKalends(['stop'], { home });
    removeHome(home);
  });

  it('starts one owner for five commands at once', async () => {
    const results = await Promise.all([
      runAtOnce(['bookings', 'list', '--json'], home),
      runAtOnce(['event-types', 'list', '--json'], home),
      runAtOnce(['me', '--json'], home),
      runAtOnce(['chat', 'What do I have this week?', '--json'], home),
      runAtOnce(['slots', 'available', '--event-type', '30min', '--when', 'tomorrow', '--json'], home),
    ]);
    expect(results.map(({ code, stderr }) => ({ code, stderr: code === 0 ? '' : stderr }))).toEqual(
      results.map(() => ({ code: 0, stderr: '' })),
    );
  });

  it('keeps a headless write as a question with exit code 3, and runs it when it is approved', () => {
    const asked = runKalends(['chat', 'Book a 30 minute meeting with Ada Lovelace (ada@example.com) tomorrow at 2pm', '--json'], {
      home,
      environment,
    });
    expect(asked.code).toBe(3);
    const [approval] = JSON.parse(asked.stdout).approvals;
    expect(JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout).bookings).toEqual([]);
    expect(runKalends(['approvals', 'approve', approval.id, '--json'], { home }).code).toBe(0);
    expect(JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout).bookings).toMatchObject([
      { start: '2030-01-08T13:00:00.000Z' },
    ]);
    const again = runKalends(['approvals', 'approve', approval.id, '--json'], { home });
    expect(again.code).not.toBe(0);
    expect(JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout).bookings).toHaveLength(1);
  });

  it('does not obey --yes unless the configuration allows it', () => {
    const args = [
      'bookings',
      'create',
      '--event-type',
      '30min',
      '--start',
      '2030-01-09T10:00',
      '--name',
      'Bob',
      '--email',
      'bob@example.com',
      '--yes',
      '--json',
    ];
    expect(runKalends(args, { home }).code).toBe(3);
    expect(JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout).bookings).toHaveLength(1);
  });

  it.each([
    {
      args: ['bookings', 'create', '--event-type', '30min', '--start', '2030-02-30T10:00', '--name', 'Bob', '--email', 'bob@example.com'],
      says: '2030-02-30',
    },
    {
      args: ['bookings', 'create', '--event-type', '30min', '--start', '2029-01-01T10:00', '--name', 'Bob', '--email', 'bob@example.com'],
      says: 'past',
    },
    {
      args: ['bookings', 'create', '--event-type', '30min', '--start', '2030-01-08T14:00', '--name', 'Bob', '--email', 'bob@example.com'],
      says: 'Ada Lovelace',
    },
    {
      args: ['bookings', 'create', '--event-type', 'nap', '--start', '2030-01-09T10:00', '--name', 'Bob', '--email', 'bob@example.com'],
      says: '"nap"',
    },
    {
      args: ['bookings', 'create', '--event-type', '30min', '--start', '2030-01-09T10:00', '--name', 'Bob', '--email', 'bob'],
      says: 'email',
    },
    { args: ['bookings', 'cancel', 'nothing'], says: 'nothing' },
    { args: ['bookings', 'list', '--take', 'many'], says: 'many' },
    { args: ['bookins', 'list'], says: 'bookings' },
  ])('says what was wrong with $args', ({ args, says }) => {
    const { code, stdout, stderr } = runKalends([...args, '--json'], { home });
    expect(code).not.toBe(0);
    const { success, error } = JSON.parse(stderr || stdout);
    expect(success).toBe(false);
    expect(`${error.message} ${error.hint ?? ''}`).toContain(says);
    expect(JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout).bookings).toHaveLength(1);
  });
});

describe('a served data directory', () => {
  let home: string;
  let kalends: RunningKalends;
  beforeAll(async () => {
    home = makeHome();
    kalends = await startKalends(home, { ...environment, KALENDS_API_KEY: KEY });
  });
  afterAll(async () => {
    await kalends.stop();
    removeHome(home);
  });

  const book = (index: number) =>
    fetch(`${kalends.address}/v2/bookings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'cal-api-version': '2024-08-13', 'content-type': 'application/json' },
      body: JSON.stringify({
        eventTypeId: 1,
        start: new Date(Date.parse('2030-01-08T08:00:00Z') + index * 900_000).toISOString(),
        attendee: { name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/London' },
      }),
    });

  it('refuses a second owner in one sentence, and goes on', () => {
    const second = runKalends(['up', '--no-open'], { home, environment: { ...environment, PORT: '0' } });
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(kalends.address);
    expect(second.stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(runKalends(['me', '--json'], { home }).code).toBe(0);
  });

  it('refuses a taken port in one sentence, and damages nothing', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = String(address !== null && typeof address === 'object' ? address.port : 0);
    const other = makeHome();
    const refused = await runAtOnce(['up', '--no-open', '--port', port], other);
    server.close();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(`Port ${port} is taken`);
    const started = await startKalends(other, environment);
    await started.stop();
    removeHome(other);
  });

  it('takes the key it was given at its first start', async () => {
    const answer = await fetch(`${kalends.address}/v2/me`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(answer.status).toBe(200);
    expect((await fetch(`${kalends.address}/v2/me`)).status).toBe(401);
  });

  it('loses no acknowledged booking when it is killed', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      let kill: () => void = () => undefined;
      const killed = new Promise<void>((done) => {
        kill = () => void kalends.stop('SIGKILL').then(done);
      });
      const answers = Array.from({ length: 8 }, async (_, index) => {
        try {
          const answer = await book(round * 8 + index);
          const booked = answer.status === 201 ? await answer.json() : undefined;
          if (booked !== undefined) acknowledged.push(booked.data.uid);
        } finally {
          // The first one that is acknowledged pulls the plug on the others.
          kill();
        }
      });
      await Promise.allSettled(answers);
      await killed;
      kalends = await startKalends(home, environment);
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    const { bookings } = JSON.parse(runKalends(['bookings', 'list', '--json'], { home }).stdout);
    const kept = new Set(bookings.map((booking: { uid: string }) => booking.uid));
    expect(acknowledged.filter((uid) => !kept.has(uid))).toEqual([]);
  });
});
