import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVault } from './vault.ts';

const program = join(import.meta.dirname, 'fixtures', 'vault-writer.ts');

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-vault-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** What a writer said it had stored, when it has ended or was killed after `killAfter` accounts. */
function write(prefix: string, count: number, killAfter = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, home, prefix, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n').length > killAfter) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.on('close', () => resolve(said.split('\n').slice(0, -1))));
}

describe('a vault that many processes write', () => {
  it('keeps everything that was acknowledged, also by those that were killed, from the first write on', async () => {
    const writers = [write('a', 20), write('b', 20), write('c', 20), write('d', 500, 3), write('e', 500, 9), write('f', 500, 15)];
    const acknowledged = (await Promise.all(writers)).flat();
    const names = new Set(
      openVault(home)
        .read()
        .accounts.map(({ name }) => name),
    );
    expect(acknowledged.length).toBeGreaterThan(60);
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    await write('last', 1);
    expect(
      openVault(home)
        .read()
        .accounts.some(({ name }) => name === 'last-0'),
    ).toBe(true);
    expect(readdirSync(home).filter((name) => name.startsWith('vault.json'))).toEqual(['vault.json']);
  });
});
