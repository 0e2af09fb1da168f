import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { openHome } from './home.ts';
import { answers, takeLock } from './lock.ts';
import { chooseSocket } from './socket.ts';

const starter = join(import.meta.dirname, 'fixtures/starter.ts');
let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'kalends-lock-')));
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map(end));
  rmSync(directory, { recursive: true, force: true });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Starts processes that all reach for the lock at the same moment; answers what each said. */
async function race(home: string, count: number): Promise<{ readonly said: string; readonly child: ChildProcess }[]> {
  const startAt = Date.now() + 400 + count * 120;
  return Promise.all(
    Array.from({ length: count }, async () => {
      const child = spawn(process.execPath, [starter, home, String(startAt)], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const [chunk] = await once(child.stdout, 'data');
      return { said: String(chunk).trim(), child };
    }),
  );
}

describe('the lock of a data directory', () => {
  it('goes to one of two processes that start at once', async () => {
    const said = (await race(directory, 2)).map((result) => result.said);
    expect(said.sort()).toEqual(['already_running', 'won']);
  });

  it('cannot be taken where something else has its place', async () => {
    mkdirSync(join(directory, 'owner.lock'));
    await expect(takeLock(createServer(), { home: directory })).rejects.toThrow(
      `The lock file "${directory}/owner.lock" cannot be opened.`,
    );
  });

  it('is taken over from a process that was killed', async () => {
    const [first] = await race(directory, 1);
    expect(first?.said).toBe('won');
    if (first) await end(first.child);
    expect(existsSync(chooseSocket(directory))).toBe(true);
    expect(await answers(chooseSocket(directory))).toBe(false);
    expect((await race(directory, 1)).map((result) => result.said)).toEqual(['won']);
  });

  it('goes to exactly one of ten processes that find a dead socket at once, again and again', async () => {
    for (let round = 0; round < 4; round += 1) {
      const results = await race(directory, 10);
      const winners = results.filter((result) => result.said === 'won');
      expect(winners).toHaveLength(1);
      expect(results.filter((result) => result.said === 'already_running')).toHaveLength(9);
      await Promise.all(results.map((result) => end(result.child)));
    }
  }, 60_000);

  it('names the directory, and the address of the process that runs', async () => {
    const server = createServer();
    const record = await takeLock(server, { home: directory });
    expect(record.socket).toBe(join(directory, 'owner.sock'));
    await expect(takeLock(createServer(), { home: directory })).rejects.toThrow(
      `Kalends already runs on the data directory "${directory}".`,
    );
    server.close();
  });

  it('keeps the directory and the socket from other users', async () => {
    chmodSync(directory, 0o755);
    const server = createServer();
    const { socket } = await takeLock(server, { home: openHome(directory) });
    expect((statSync(directory).mode & 0o777).toString(8)).toBe('700');
    expect((statSync(socket).mode & 0o777).toString(8)).toBe('600');
    server.close();
  });

  it('is one lock through two names of one directory', async () => {
    const server = createServer();
    await takeLock(server, { home: openHome(join(directory, '..', directory.split('/').at(-1) ?? '')) });
    await expect(takeLock(createServer(), { home: openHome(`${directory}/.`) })).rejects.toThrow(AppError);
    server.close();
  });

  it('stays one lock where the path is too long for a socket, whatever TMPDIR says', async () => {
    const deep = openHome(join(directory, 'a'.repeat(60), 'b'.repeat(60)));
    const server = createServer();
    const { socket } = await takeLock(server, { home: deep });
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(103);
    const elsewhere = join(directory, 'tmp');
    mkdirSync(elsewhere);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = elsewhere;
    try {
      await expect(takeLock(createServer(), { home: deep })).rejects.toThrow('already runs');
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
    server.close();
  });

  it('does not take a copied directory for a running one', async () => {
    const server = createServer();
    await takeLock(server, { home: directory });
    const copy = openHome(`${directory}-copy`);
    writeFileSync(join(copy, 'owner.json'), JSON.stringify({ pid: 1, home: directory, socket: chooseSocket(directory) }));
    const second = createServer();
    await takeLock(second, { home: copy });
    second.close();
    server.close();
    rmSync(copy, { recursive: true });
  });

  it('says what is wrong with a directory that cannot be used', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => openHome(join(directory, 'file', 'home'))).toThrow(
      `The data directory "${directory}/file/home" cannot be used: a file is in its way.`,
    );
  });
});
