import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf } from './fixtures/error-of.ts';

const program = join(import.meta.dirname, 'fixtures/kalends.ts');
const home = mkdtempSync(join(tmpdir(), 'kalends-journal-'));
const project = join(mkdtempSync(join(tmpdir(), 'kalends-project-')), 'repository');
const environment = { ...process.env, KALENDS_HOME: home, KALENDS_CLOCK: '2030-01-07T08:00:00Z', PORT: '0', TZ: 'UTC', CI: '1' };
let owner: ChildProcess;
let address = '';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function kalendsIn(cwd: string, ...words: string[]): Promise<Run> {
  const child = spawn(process.execPath, [program, ...words], { env: environment, cwd });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

const kalends = (...words: string[]) => kalendsIn(tmpdir(), ...words);
const book = (start: string, ...more: string[]) => [
  ...['bookings', 'create', '--event-type', '30min', '--name', 'Ada', '--email', 'ada@example.com', '--start', start],
  ...more,
];
const bookings = async () => (JSON.parse((await kalends('bookings', 'list', '--json')).out) as { bookings: unknown[] }).bookings.length;

beforeAll(async () => {
  writeFileSync(join(home, 'config.json'), JSON.stringify({ allowYes: true }));
  mkdirSync(join(project, '.git'), { recursive: true });
  mkdirSync(join(project, 'deep'));
  owner = spawn(process.execPath, [program, 'up', '--no-open'], { env: environment });
  await new Promise<void>((resolve, reject) => {
    let block = '';
    owner.stdout?.on('data', (chunk) => {
      block += chunk;
      address = /http:\/\/127\.0\.0\.1:\d+/.exec(block)?.[0] ?? '';
      if (block.includes('Data')) resolve();
    });
    owner.once('exit', (code) => reject(new Error(`ended with code ${code}`)));
  });
}, 60_000);

afterAll(async () => {
  owner.kill();
  await once(owner, 'exit');
  rmSync(home, { recursive: true, force: true });
  rmSync(join(project, '..'), { recursive: true, force: true });
}, 60_000);

describe('kalends undo', () => {
  it('takes a booking back, and books it again', async () => {
    expect((await kalends(...book('2030-01-08T14:00', '--yes'))).code).toBe(0);
    const dry = await kalends('undo', '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ status: 'planned', verdict: 'ask', requests: [{ method: 'POST' }] });
    expect(await bookings()).toBe(1);
    expect((await kalends('undo')).code).toBe(3);
    expect((await kalends('undo', 'last', '--yes')).code).toBe(0);
    expect(await bookings()).toBe(0);
    const [undone] = JSON.parse((await kalends('journal', 'list')).out) as { id: number }[];
    expect((await kalends('undo', String(undone?.id), '--yes')).code).toBe(0);
    expect(await bookings()).toBe(1);
    const everything = await kalends('undo', 'everything');
    expect([everything.code, errorOf(everything.err).message]).toEqual([2, '"everything" is no entry of the journal.']);
  }, 120_000);
});

describe('kalends journal', () => {
  it('shows who did what, by what words', async () => {
    const entries = JSON.parse((await kalends('journal', 'list', '--limit', '1', '--before', '5')).out) as { id: number }[];
    expect(entries).toMatchObject([
      { id: 3, tool: 'cal.cancel_booking', surface: 'terminal', undoes: 1, utterance: 'kalends undo last --yes' },
    ]);
    const shown = await kalends('journal', 'show', '1', '--no-json');
    expect(shown.out).toContain('Entry 1: cal.create_booking');
    expect(shown.out).toMatch(/Undone by\s+3/);
    expect((await kalends('journal', 'show', '99')).code).toBe(1);
    const none = await kalends('journal', 'list', '--limit', '0');
    expect([none.code, errorOf(none.err).message]).toEqual([2, 'The request is not understood: "limit" ("0") must be at least 1.']);
  }, 60_000);

  it('can be exported and checked by anybody', async () => {
    const file = join(home, 'journal.jsonl');
    expect((await kalends('journal', 'export', '--output', file)).code).toBe(0);
    expect((await kalends('journal', 'export', '--output', file)).code).toBe(1);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    let previous = '0'.repeat(64);
    for (const line of lines) {
      const [, body = ''] = /"entry":(.*)\}$/.exec(line.replace(/^\{"previousHash":"\w+","hash":"\w+",/, '')) ?? [];
      const { previousHash, hash } = JSON.parse(line) as { previousHash: string; hash: string };
      expect(previousHash).toBe(previous);
      expect(hash).toBe(createHash('sha256').update(`${previous}\n${body}`).digest('hex'));
      previous = hash;
    }
    const verified = JSON.parse((await kalends('journal', 'verify', '--head', previous)).out);
    expect(verified).toMatchObject({ ok: true, rows: lines.length, head: previous, hasHead: true });
    expect(await kalends('journal', 'verify', '--head', '0123')).toMatchObject({ code: 1 });
  }, 60_000);

  it('has what came on the wire, marked as such', async () => {
    const headers = { authorization: `Bearer ${readFileSync(join(home, 'api-key'), 'utf8').trim()}`, 'content-type': 'application/json' };
    const answer = await fetch(`${address}/v2/me`, { method: 'PATCH', headers, body: JSON.stringify({ name: 'Ada L.' }) });
    expect(answer.status).toBe(200);
    let newest: unknown;
    for (let attempt = 0; attempt < 40 && !JSON.stringify(newest ?? '').includes('wire'); attempt++) {
      await sleep(250);
      newest = JSON.parse((await kalends('journal', 'list', '--limit', '1')).out);
    }
    expect(newest).toMatchObject([{ surface: 'wire', tool: 'PATCH /v2/me', state: 'done' }]);
  }, 60_000);
});

describe('the file of a project', () => {
  it('can only make the policy stricter, from any directory within', async () => {
    const file = join(project, '.kalends.json');
    writeFileSync(file, JSON.stringify({ policy: [{ tool: 'cal', effect: 'write', verdict: 'deny' }] }));
    const denied = await kalendsIn(join(project, 'deep'), ...book('2030-01-09T14:00', '--yes'));
    expect(denied.code).toBe(5);
    expect(errorOf(denied.err).hint).toContain(file);
    expect((await kalendsIn(project, ...book('2030-01-09T14:00', '--dry-run'))).code).toBe(5);
    writeFileSync(file, JSON.stringify({ allowForce: true }));
    const forcing = await kalendsIn(project, ...book('2030-01-09T14:00', '--yes'));
    expect([forcing.code, errorOf(forcing.err).message]).toEqual([
      2,
      expect.stringContaining('"allowForce" belongs in your own config.json'),
    ]);
    writeFileSync(file, '{');
    expect((await kalendsIn(project, ...book('2030-01-09T14:00', '--yes'))).code).toBe(2);
    writeFileSync(join(project, '..', '.kalends.json'), JSON.stringify({ defaults: { write: 'deny' } }));
    writeFileSync(file, JSON.stringify({ defaults: { write: 'allow' } }));
    expect((await kalendsIn(project, ...book('2030-01-09T14:00'))).code).toBe(3);
  }, 120_000);
});

describe('kalends approvals show', () => {
  it('tells everything about a question', async () => {
    const [approval] = JSON.parse((await kalends('approvals', 'list')).out) as { id: string }[];
    const shown = JSON.parse((await kalends('approvals', 'show', (approval?.id ?? '').slice(0, 8))).out);
    expect(shown).toMatchObject({ id: approval?.id, state: 'pending', surface: 'terminal', tool: 'cal.create_booking' });
    expect((await kalends('approvals', 'show', 'nothing')).code).toBe(1);
  }, 60_000);
});
