import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { writeWholeFile } from '../whole-file.ts';

export type Permission = 'allow' | 'ask' | 'deny';

/** What a provider's functions may do: `write` stands for everything that changes something. */
export interface Permissions {
  readonly read?: Permission;
  readonly write?: Permission;
}

type Rule = Readonly<Record<string, unknown>>;

const EFFECTS = { read: ['read'], write: ['write', 'destroy'] } as const;

/** The rules of `config.json` about a whole provider, and one of its accounts, as two words. */
export function readPermissions(home: string, about: { readonly provider: string; readonly account?: string | undefined }): Permissions {
  const found = (effect: string) => rulesOf(readConfig(home).content).find((rule) => isAbout(rule, { ...about, effect }))?.verdict;
  const read = found('read');
  const write = found('write');
  return { ...(isPermission(read) ? { read } : {}), ...(isPermission(write) ? { write } : {}) };
}

/** Writes the rules; every other setting and rule stays as it is. */
export function writePermissions(
  home: string,
  about: { readonly provider: string; readonly account?: string | undefined },
  permissions: Permissions,
): string {
  const { path, content } = readConfig(home);
  let rules = rulesOf(content);
  for (const kind of ['read', 'write'] as const) {
    const verdict = permissions[kind];
    if (verdict === undefined) continue;
    for (const effect of EFFECTS[kind]) {
      const { provider: tool, account } = about;
      const rule = { tool, ...(account === undefined ? {} : { account }), effect, verdict };
      rules = [...rules.filter((other) => !isAbout(other, { ...about, effect })), rule];
    }
  }
  writeWholeFile(path, `${JSON.stringify({ ...content, policy: rules }, null, 2)}\n`);
  return path;
}

export function parsePermission(text: string, name: string): Permission {
  if (isPermission(text)) return text;
  throw new AppError('invalid_input', `"${name}" cannot be "${text}".`, { hint: 'It is allow, ask or deny.' });
}

function isAbout(
  rule: Rule,
  about: { readonly provider: string; readonly account?: string | undefined; readonly effect: string },
): boolean {
  const names = Object.keys(rule).every((name) => ['tool', 'account', 'effect', 'verdict'].includes(name));
  return names && rule.tool === about.provider && rule.account === about.account && rule.effect === about.effect;
}

function readConfig(home: string): { readonly path: string; readonly content: Readonly<Record<string, unknown>> } {
  const path = join(home, 'config.json');
  if (!existsSync(path)) return { path, content: {} };
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (content !== null && typeof content === 'object' && !Array.isArray(content)) return { path, content: { ...content } };
  } catch {
    // told below
  }
  throw new AppError('invalid_input', `"${path}" is not understood, so it was left alone.`, { hint: 'It must be one JSON object.' });
}

function rulesOf({ policy }: Readonly<Record<string, unknown>>): readonly Rule[] {
  return Array.isArray(policy) ? policy.filter((rule): rule is Rule => rule !== null && typeof rule === 'object') : [];
}

function isPermission(value: unknown): value is Permission {
  return value === 'allow' || value === 'ask' || value === 'deny';
}
