import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from './fixtures/error-of.ts';

const program = join(import.meta.dirname, 'fixtures/kalends.ts');
const home = mkdtempSync(join(tmpdir(), 'kalends-commands-'));
// A Monday, nine o'clock in Amsterdam.
const environment = {
  ...process.env,
  KALENDS_HOME: home,
  KALENDS_CLOCK: '2030-01-07T08:00:00Z',
  PORT: '0',
  TZ: 'Europe/Amsterdam',
  CI: '1',
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function kalends(...words: string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...words], { env: environment });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

/** A foreground owner, once it has printed its block. */
async function up(): Promise<{ readonly child: ChildProcess; readonly block: string }> {
  const child = spawn(process.execPath, [program, 'up', '--no-open'], { env: environment });
  let block = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      block += chunk;
      if (block.includes('Data')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`ended with code ${code}`)));
  });
  return { child, block };
}

const create = ['bookings', 'create', '--event-type', '30min', '--name', 'Ada Lovelace', '--email', 'ada@example.com'];

afterAll(async () => {
  await kalends('stop');
  rmSync(home, { recursive: true, force: true });
}, 60_000);

describe('commands with no owner running', () => {
  beforeAll(async () => {
    expect(await kalends('status')).toMatchObject({ code: 1 });
  });

  it('start one and answer', async () => {
    const { code, out, err } = await kalends('event-types', 'list', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out).map((eventType: { slug: string }) => eventType.slug)).toEqual(['15min', '30min', '60min']);
    expect(JSON.parse((await kalends('status')).out)).toMatchObject({ running: true, background: true, address: null });
  }, 60_000);

  it('leave a write without a terminal as a question, which a person answers once', async () => {
    const asked = await kalends(...create, '--start', 'tomorrow 2pm');
    expect(asked.code).toBe(3);
    const { status, approval } = JSON.parse(asked.out);
    expect({ status, tool: approval.tool }).toEqual({ status: 'pending', tool: 'cal.create_booking' });
    expect(errorOf(asked.err)).toMatchObject({
      code: 'approval_pending',
      hint: expect.stringContaining(`kalends approvals approve ${approval.id}`),
      details: { approvalId: approval.id },
    });
    expect(JSON.parse((await kalends('bookings', 'list')).out).bookings).toEqual([]);

    const typed = approval.id.slice(0, 3);
    expect((await kalends('__complete', '--', 'approvals', 'approve', typed)).out).toBe(`${approval.id}\n`);
    expect((await kalends('__complete', '--', 'approvals', 'show', 'xyz')).out).toBe('');

    const approved = await kalends('approvals', 'approve', approval.id.slice(0, 8));
    expect(approved).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(approved.out)).toMatchObject({ start: '2030-01-08T13:00:00.000Z', status: 'accepted' });
    expect((await kalends('approvals', 'approve', approval.id)).code).toBe(1);
    expect(JSON.parse((await kalends('bookings', 'list', '--json')).out).bookings).toHaveLength(1);
  }, 60_000);

  it('show a booking as a card', async () => {
    const { out } = await kalends('bookings', 'list', '--no-json');
    expect(out).toContain('Tue 8 Jan 2030, 14:00 – 14:30');
    expect(out).toContain('Ada Lovelace');
  });

  it('refuse a taken time, and change nothing on a dry run', async () => {
    const taken = await kalends(...create, '--start', '2030-01-08T14:00', '--json');
    expect(taken).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(taken.err)).toMatchObject({ success: false, error: { code: 'conflict' } });
    const dry = await kalends(...create, '--start', '2030-01-08T15:00', '--dry-run');
    expect(dry).toMatchObject({ code: 0, err: 'A dry run: nothing was changed.\n' });
    expect(JSON.parse((await kalends('approvals', 'list')).out)).toEqual([]);
  }, 60_000);

  it('say which value cannot be read', async () => {
    const whenever = await kalends(...create, '--start', 'whenever');
    expect([whenever.code, errorOf(whenever.err).message]).toEqual([2, '"whenever" is not understood as a time.']);
    const tomorrow = await kalends(...create, '--start', 'tomorrow', '--no-json');
    expect([tomorrow.code, tomorrow.err]).toEqual([2, expect.stringContaining('"tomorrow" names a day but no time.')]);
    const unknown = await kalends('event-types', 'get', '45min');
    expect([unknown.code, errorOf(unknown.err).hint]).toEqual([1, 'There are: 15min (15 min), 30min (30 min), 60min (60 min).']);
  }, 60_000);

  it('list the free times of a phrase', async () => {
    const { code, out } = await kalends('slots', 'available', '--event-type', '60min', '--when', 'tuesday', '--json');
    expect(code).toBe(0);
    const starts = JSON.parse(out).slots['2030-01-08'].map(({ start }: { start: string }) => start.slice(11, 16));
    expect(starts).toContain('09:00');
    expect(starts).not.toContain('14:00');
  }, 60_000);

  it('talk for one turn, and leave its write as a question too', async () => {
    const said = await kalends('chat', 'Book a 30 minute meeting with Grace Hopper (grace@example.com) tomorrow at 4pm', '--json');
    expect(said.code).toBe(3);
    const { conversationId, approvals } = JSON.parse(said.out);
    expect(approvals).toMatchObject([
      { tool: 'cal.create_booking', state: 'pending', input: { attendee: { email: 'grace@example.com' } } },
    ]);
    const listed = await kalends('chat', 'What do I have this week?', '--conversation', conversationId, '--no-json');
    expect(listed.code).toBe(0);
    expect(listed.out).toContain('Ada Lovelace');
    expect((await kalends('approvals', 'deny', approvals[0].id)).code).toBe(0);
  }, 60_000);

  it('obey --yes only where the configuration allows it', async () => {
    const refused = await kalends(...create, '--start', '2030-01-09T10:00', '--yes');
    expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('"allowYes": true.\n') });
    writeFileSync(join(home, 'config.json'), '{ "allowYes": true }');
    await kalends('stop');
    expect(await kalends(...create, '--start', '2030-01-09T10:00', '--yes')).toMatchObject({ code: 0 });
    const said = await kalends('chat', 'Cancel my meeting with Ada on Wednesday', '--json', '--yes');
    expect(said.code).toBe(0);
    const upcoming = JSON.parse((await kalends('bookings', 'list', '--status', 'upcoming')).out);
    expect(upcoming.bookings).toHaveLength(1);
  }, 90_000);
});

describe('an owner in the foreground', () => {
  it('takes over from one in the background, and refuses a second', async () => {
    expect(JSON.parse((await kalends('status')).out)).toMatchObject({ background: true });
    const { child, block } = await up();
    try {
      expect(block).toMatch(/http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=/);
      expect(block).toContain(`${home}/api-key`);
      expect(readFileSync(join(home, 'api-key'), 'utf8')).toMatch(/^cal_/);
      const second = await kalends('up', '--no-open');
      expect(second.code).toBe(1);
      expect(second.err).toMatch(/Kalends already runs on the data directory ".*" at http:\/\/127\.0\.0\.1:\d+\./);
      const [listed, me, opened] = await Promise.all([kalends('bookings', 'list'), kalends('me'), kalends('open', '--json')]);
      expect([listed.code, me.code, opened.code]).toEqual([0, 0, 0]);
      expect(JSON.parse(opened.out).url).toContain('/sign-in?token=');
    } finally {
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([0, null]);
    }
    expect(JSON.parse((await kalends('status')).out)).toEqual({ running: false, home });
  }, 90_000);
});
