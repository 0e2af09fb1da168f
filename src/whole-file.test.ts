import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeWholeFile } from './whole-file.ts';

let home: string;
let path: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-whole-'));
  path = join(home, 'deep', 'file.json');
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;
const names = () => readdirSync(join(home, 'deep'));

it('makes a file and its folder, for its owner alone', () => {
  writeWholeFile(path, 'one');
  expect([readFileSync(path, 'utf8'), modeOf(path), names()]).toEqual(['one', 0o600, ['file.json']]);
});

it('keeps the permissions of the file that is there, or gives those that are named', () => {
  writeWholeFile(path, 'one');
  chmodSync(path, 0o664);
  writeWholeFile(path, 'two');
  expect([readFileSync(path, 'utf8'), modeOf(path)]).toEqual(['two', 0o664]);
  writeWholeFile(path, 'three', { mode: 0o600 });
  expect(modeOf(path)).toBe(0o600);
});

it('writes through a link, and leaves the link', () => {
  mkdirSync(join(home, 'deep'));
  const real = join(home, 'real.json');
  writeFileSync(real, 'one');
  symlinkSync(real, path);
  writeWholeFile(path, 'two');
  expect([lstatSync(path).isSymbolicLink(), readFileSync(real, 'utf8')]).toEqual([true, 'two']);
});

it('writes through links to a file that is not there yet, and leaves them', () => {
  mkdirSync(join(home, 'deep'));
  mkdirSync(join(home, 'kept'));
  symlinkSync(join(home, 'deep'), join(home, 'shallow'));
  symlinkSync('../kept/second', path);
  symlinkSync('new/real.json', join(home, 'kept', 'second'));
  writeWholeFile(join(home, 'shallow', 'file.json'), 'one');
  expect([lstatSync(path).isSymbolicLink(), lstatSync(join(home, 'kept', 'second')).isSymbolicLink()]).toEqual([true, true]);
  expect(readFileSync(join(home, 'kept', 'new', 'real.json'), 'utf8')).toBe('one');
  writeWholeFile(path, 'two');
  expect([readFileSync(path, 'utf8'), names()]).toEqual(['two', ['file.json']]);
});

it('puts nothing in the place of links that lead in a circle', () => {
  mkdirSync(join(home, 'deep'));
  symlinkSync('other.json', path);
  symlinkSync('file.json', join(home, 'deep', 'other.json'));
  expect(() => writeWholeFile(path, 'one')).toThrow('ELOOP');
  expect([lstatSync(path).isSymbolicLink(), names()]).toEqual([true, ['file.json', 'other.json']]);
});

it('clears away what one left that died under its lock', () => {
  writeWholeFile(path, 'one');
  writeFileSync(`${path}.new`, 'tw');
  writeWholeFile(path, 'three', { isLocked: true });
  expect([readFileSync(path, 'utf8'), names()]).toEqual(['three', ['file.json']]);
});

it('leaves the old file, and nothing beside it, when the new one cannot be put there', () => {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'inside'), 'kept');
  expect(() => writeWholeFile(path, 'two')).toThrow();
  expect([names(), readFileSync(join(path, 'inside'), 'utf8')]).toEqual([['file.json'], 'kept']);
});

it('shows one text or another whole, whoever writes at the same time and whenever they are killed', async () => {
  writeWholeFile(path, 'a'.repeat(300_000));
  const writers = ['b', 'c'].map((letter) => fork(join(import.meta.dirname, 'whole-file.fixture.ts'), [path, letter], { stdio: 'ignore' }));
  await Promise.all(writers.map((writer) => once(writer, 'message')));
  for (let read = 0; read < 300; read++) expect(readFileSync(path, 'utf8')).toMatch(/^(?:a{300000}|b{300000}|c{300000})$/);
  for (const writer of writers) writer.kill('SIGKILL');
  await Promise.all(writers.map((writer) => once(writer, 'exit')));
  expect(readFileSync(path, 'utf8')).toMatch(/^(?:a{300000}|b{300000}|c{300000})$/);
});
