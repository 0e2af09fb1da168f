import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { errorOf } from './fixtures/error-of.ts';

const home = mkdtempSync(join(tmpdir(), 'kalends-cli-'));
const program = join(import.meta.dirname, 'fixtures/kalends.ts');

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** One command line, with an open pipe as its standard input, as a parent process leaves it. */
async function kalends(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [program, ...words], { env: { ...process.env, KALENDS_HOME: home } });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}

describe('the command line', () => {
  it('shows its commands when it is called without any', async () => {
    const { code, out, err } = await kalends();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('bookings');
    expect((await kalends('--help')).out).toBe(out);
  });

  it('shows an example in the help of every command', async () => {
    const { out } = await kalends('slots', 'available', '--help');
    expect(out).toContain('Example:\n  $ kalends slots available --event-type 30min --start 2030-01-08');
    expect(out).toContain('--when <phrase>');
  });

  it('guesses what a misspelt command was meant to be', async () => {
    const hint = 'Did you mean bookings?';
    expect(await kalends('bookins', '--no-json')).toEqual({ code: 2, out: '', err: `Unknown command "bookins".\n${hint}\n` });
    const { code, out, err } = await kalends('bookins');
    expect({ code, out, error: errorOf(err) }).toEqual({
      code: 2,
      out: '',
      error: { code: 'invalid_input', message: 'Unknown command "bookins".', hint, retryable: false, suggestions: ['bookings'] },
    });
  });

  it('says which value is missing or wrong, with an example', async () => {
    const missing = await kalends('bookings', 'cancel', '--no-json');
    expect(missing).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/^The booking uid is missing\.\nFor example: kalends bookings cancel \S+/),
    });
    const wrong = await kalends('bookings', 'list', '--take', 'many', '--format', 'table');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toMatch(/^"--take" does not take "many"\.\nIt must be a whole number\.\n/);
  });

  it.each([
    ['to those who ask for JSON', ['--json']],
    ['where the output is no terminal', []],
  ])('tells errors as JSON %s', async (_title, more) => {
    const { code, out, err } = await kalends('bookings', 'confirm', ...more);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(JSON.parse(err)).toMatchObject({
      success: false,
      error: { code: 'invalid_input', message: 'The booking uid is missing.', retryable: false },
    });
  });

  it('says what a group holds when its command is missing', async () => {
    const { code, out, err } = await kalends('approvals');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errorOf(err)).toMatchObject({ code: 'invalid_input', hint: expect.stringContaining('list, show, approve, deny') });
  });

  it('does not wait for an inherited pipe when there is nothing to say', async () => {
    const { code, err } = await kalends('chat');
    expect(code).toBe(2);
    expect(err).toContain('There is nothing to say');
  });

  it('tells without starting anything that nothing runs', async () => {
    const { code, out } = await kalends('status');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({ running: false, home });
    expect(await kalends('stop', '--no-json')).toEqual({ code: 0, out: 'Kalends was not running.\n', err: '' });
  });
});
