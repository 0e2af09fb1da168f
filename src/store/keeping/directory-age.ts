import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The files of this PostgreSQL, as `global/pg_control` has them; a test holds them against the PGlite that is installed. */
export const POSTGRES = { major: 18, catalog: 202_506_291 } as const;

/** Of each older PostgreSQL the last PGlite that carried it. */
const PGLITE_OF: Readonly<Record<number, string>> = { 16: '0.2.17', 17: '0.4.6', 18: '0.5.16' };

/** `<home>/database.json`: by whom the directory was written, and whether the copy beside it is all that it holds. */
const mark = z.object({
  pglite: z.string(),
  copy: z.object({ control: z.string(), transaction: z.string() }).nullable(),
});

export type DirectoryMark = z.output<typeof mark>;

export interface EmbeddedPaths {
  readonly directory: string;
  /** An archive of all that the directory holds, made when Kalends stops. */
  readonly copy: string;
  readonly mark: string;
}

export function pathsIn(home: string): EmbeddedPaths {
  return { directory: join(home, 'database'), copy: join(home, 'database.copy.kalends'), mark: join(home, 'database.json') };
}

/** PostgreSQL's major version when the directory is of another one than ours, or of another state of its catalogue. */
export function foreignVersion(directory: string): { readonly major: number } | undefined {
  const file = join(directory, 'PG_VERSION');
  if (!existsSync(file)) return undefined;
  const major = Number(readFileSync(file, 'utf8').trim());
  const control = readControl(directory);
  const isOurs = major === POSTGRES.major && (control === undefined || control.readUInt32LE(12) === POSTGRES.catalog);
  return isOurs ? undefined : { major };
}

/** The PGlite that can read a directory, as far as it is known. */
export function pgliteOf(home: string, major: number): string | undefined {
  return readMark(home)?.pglite ?? PGLITE_OF[major];
}

/** The transaction up to which the copy beside the directory holds everything; `undefined` when the directory went on since, or has none. */
export function copiedTransaction(home: string): string | undefined {
  const { directory, copy } = pathsIn(home);
  const found = readMark(home)?.copy;
  return found && existsSync(copy) && fingerprint(directory) === found.control ? found.transaction : undefined;
}

/** After the database was closed. `transaction`: what the copy reaches to; `undefined` when there is none. */
export function writeMark(home: string, transaction: string | undefined): void {
  const paths = pathsIn(home);
  const control = fingerprint(paths.directory);
  const copy = transaction === undefined || control === undefined ? null : { control, transaction };
  const draft = `${paths.mark}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify({ pglite: installedPglite(), copy } satisfies DirectoryMark)}\n`, { mode: 0o600 });
  renameSync(draft, paths.mark);
}

function readMark(home: string): DirectoryMark | undefined {
  try {
    return mark.safeParse(JSON.parse(readFileSync(pathsIn(home).mark, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** PostgreSQL writes its control file whenever it starts and stops: a directory that was opened since has another fingerprint. */
function fingerprint(directory: string): string | undefined {
  const control = readControl(directory);
  return control && createHash('sha256').update(control).digest('hex');
}

function readControl(directory: string): Buffer | undefined {
  try {
    return readFileSync(join(directory, 'global', 'pg_control'));
  } catch {
    return undefined;
  }
}

function installedPglite(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const manifest: { version?: string } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8'));
  return manifest.version ?? '';
}
