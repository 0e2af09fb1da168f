import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.ts';

export interface ProjectFile {
  readonly source: string;
  readonly content: unknown;
}

const NAME = '.kalends.json';

/** Every `.kalends.json` from the directory up to the root of its repository, or to the home directory: each can make the policy stricter. */
export function findProjectFiles(directory = process.cwd(), home = homedir()): readonly ProjectFile[] {
  const files: ProjectFile[] = [];
  for (let at = directory; ; at = dirname(at)) {
    const source = join(at, NAME);
    if (existsSync(source)) files.push({ source, content: readJson(source) });
    if (at === home || at === dirname(at) || existsSync(join(at, '.git'))) return files;
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('invalid_input', `${path}: this is not JSON, or cannot be read.`, {
      cause,
      hint: 'Correct the file, or move it away to do without it.',
    });
  }
}
