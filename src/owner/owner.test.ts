import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { NoOwnerError } from './client.ts';
import { type ConnectOptions, connectOwner, findOwner } from './connect.ts';
import type { OwnerStatus } from './door.ts';
import { openOwner } from './owner.ts';

const program = join(import.meta.dirname, 'fixtures/owner-process.ts');
let home: string;
let children: ChildProcess[];

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'kalends-owner-')));
  children = [];
});

afterEach(async () => {
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  const running = await findOwner(home)
    .json<OwnerStatus>('/owner/status')
    .catch(() => undefined);
  if (running && running.pid !== process.pid) process.kill(running.pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function run(...flags: string[]): ChildProcess & { readonly stdout: NonNullable<ChildProcess['stdout']> } {
  const child = spawn(process.execPath, [program, home, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function text(child: ChildProcess): Promise<string> {
  let all = '';
  child.stdout?.on('data', (chunk) => {
    all += chunk;
  });
  await once(child, 'exit');
  return all;
}

/** Owners that leave by themselves soon, should a late one outlive its test. */
const connection = (...flags: string[]): ConnectOptions => ({
  home,
  startCommand: [process.execPath, program, home, '--background', ...(flags.includes('--idle') ? [] : ['--idle', '5000']), ...flags],
});

describe('an owner process', () => {
  it('answers its status and calls through its socket', async () => {
    await once(run().stdout, 'data');
    const client = findOwner(home);
    const status = await client.json<OwnerStatus>('/owner/status');
    expect(status).toMatchObject({ home, address: null, engine: 'pglite', background: false, clock: { frozen: false } });
    const body = { tool: 'list_bookings', input: { take: 1 }, surface: 'terminal' };
    expect(await client.json('/owner/call', { body })).toMatchObject({ status: 'planned', input: body });
  });

  it('refuses a body it does not understand', async () => {
    await once(run().stdout, 'data');
    const call = findOwner(home).json('/owner/call', { body: { tool: 'list_bookings', surface: 'web' } });
    await expect(call).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining('"surface"') });
  });

  it('opens its page when a sign-in link is asked for, and keeps its private routes from it', async () => {
    await once(run().stdout, 'data');
    const client = findOwner(home);
    const { url } = await client.json<{ url: string }>('/owner/sign-in-link', { method: 'POST' });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in\?token=once$/);
    expect(await (await fetch(new URL('/anything', url))).json()).toEqual({ door: 'tcp' });
    expect((await fetch(new URL('/owner/status', url))).status).toBe(404);
    expect(await client.json<OwnerStatus>('/owner/status')).toMatchObject({ address: new URL(url).origin });
  });

  it('finishes a running stream before it stops, and lets go of the lock last', async () => {
    const child = run();
    const said = text(child);
    await once(child.stdout, 'data');
    const pieces: string[] = [];
    for await (const piece of findOwner(home).stream('/ticks')) {
      if (pieces.length === 0) child.kill('SIGTERM');
      pieces.push(piece);
    }
    expect(pieces.join('')).toBe('tick 1\ntick 2\ntick 3\ntick 4\ntick 5\n');
    expect(await said).toMatch(/closed\nstopped\n$/);
    expect(existsSync(join(home, 'owner.sock'))).toBe(false);
    await expect(findOwner(home).json('/owner/status')).rejects.toThrow(NoOwnerError);
  });

  it('hands a stream over piece by piece', async () => {
    await once(run().stdout, 'data');
    const times: number[] = [];
    for await (const _piece of findOwner(home).stream('/ticks')) times.push(performance.now());
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(250);
  });

  it('refuses a taken port before it opens anything', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    let opened = false;
    const starting = openOwner({
      home,
      version: '0.0.0',
      port,
      serve: true,
      startRuntime: async () => {
        opened = true;
        throw new Error('must not be reached');
      },
    });
    await expect(starting).rejects.toThrow(`Port ${port} is taken by another program.`);
    expect(opened).toBe(false);
    expect(existsSync(join(home, 'owner.sock'))).toBe(false);
    other.close();
  });
});

describe('a thin client', () => {
  it('starts one owner for ten clients that need it at once', async () => {
    const statuses = await Promise.all(Array.from({ length: 10 }, () => connectOwner(connection()).json<OwnerStatus>('/owner/status')));
    expect(new Set(statuses.map((status) => status.pid)).size).toBe(1);
    expect(statuses[0]).toMatchObject({ background: true });
  }, 60_000);

  it('starts another when the first was killed', async () => {
    const client = connectOwner(connection());
    const { pid } = await client.json<OwnerStatus>('/owner/status');
    process.kill(pid, 'SIGKILL');
    await sleep(100);
    expect((await client.json<OwnerStatus>('/owner/status')).pid).not.toBe(pid);
  });

  it('waits for an owner that is stopping and starts the next', async () => {
    const client = connectOwner(connection());
    const { pid } = await client.json<OwnerStatus>('/owner/status');
    await client.json('/owner/stop', { body: {} });
    expect((await client.json<OwnerStatus>('/owner/status')).pid).not.toBe(pid);
  });

  it('tells why an owner could not start', async () => {
    const error = await connectOwner(connection('--fail'))
      .json('/owner/status')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ message: expect.stringContaining('The database "kalends" does not exist.') });
    expect(readFileSync(join(home, 'owner.log'), 'utf8')).toContain('does not exist');
  });

  it('tells what is in the way of a data directory', async () => {
    const path = join(home, 'file');
    writeFileSync(path, '');
    await expect(findOwner(path).json('/owner/status')).rejects.toThrow(NoOwnerError);
    await expect(connectOwner({ ...connection(), home: path }).json('/owner/status')).rejects.toThrow('a file is in its way');
  });

  it('leaves a background owner that ends when nobody asks it anything', async () => {
    const client = connectOwner(connection('--idle', '300'));
    await client.json('/owner/status');
    await sleep(1_500);
    await expect(findOwner(home).json('/owner/status')).rejects.toThrow(NoOwnerError);
  });
});
