import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import type { ForeignExport, ForeignServers } from '../../owner/foreign.ts';
import { writeWholeFile } from '../../whole-file.ts';
import { clean } from '../layout.ts';
import { findProjectRoot } from '../project-root.ts';
import type { Terminal } from '../terminal.ts';
import { askServers, scopeOf } from './mcp-servers.ts';
import { positional, textOf, type Values } from './values.ts';

type Held = Readonly<Record<string, unknown>>;

/** Takes over the servers of another program's file, in either form; nobody trusts them yet. */
export async function importServers(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const path = resolve(positional(positionals, 'path'));
  const servers = readServers(path);
  const scope = scopeOf(values);
  const body = { scope, servers, replace: values.replace === true, trust: false };
  const { added } = await askServers<{ added: readonly string[] }>(terminal, 'add', body);
  if (terminal.isJson) terminal.printJson({ success: true, imported: added, scope });
  else
    terminal.print(
      `Imported ${added.map(clean).join(', ')}. None is trusted yet: \`kalends mcp:trust ${clean(added[0] ?? 'NAME')}\` shows what it starts.`,
    );
  return 0;
}

function readServers(path: string): Held {
  const held = serversIn(readJson(path) ?? {});
  if (held !== undefined && Object.keys(held).length > 0) return held;
  throw new AppError('invalid_input', `"${path}" names no MCP servers.`, { hint: 'It holds {"mcpServers": {…}} or {"servers": {…}}.' });
}

const FORMATS = { mcp: 'mcpServers', vscode: 'servers', cursor: 'mcpServers' } as const;

type Format = keyof typeof FORMATS;

/** Prints the servers as another program reads them, or writes them into its file; without any secret. */
export async function exportServers(values: Values, terminal: Terminal): Promise<number> {
  const given = textOf(values, 'path');
  const path = given === undefined ? undefined : resolve(given);
  const format = formatOf(textOf(values, 'format'), path);
  const { content, variables } = await askServers<ForeignExport>(terminal, 'export', { format });
  const names = [...new Set(variables.map(({ name }) => name))];
  if (path === undefined) terminal.printJson(content);
  else {
    const { servers: all } = await askServers<ForeignServers>(terminal, 'list');
    const own = all.filter((server) => server.path === path).map(({ name }) => name);
    const isChanged = writeInto(path, content, { format, own, mayReplace: values.replace === true });
    const servers = Object.keys(serversIn(content) ?? {});
    if (terminal.isJson) terminal.printJson({ success: true, path, format, servers, variables: names, changed: isChanged });
    else terminal.print(clean(isChanged ? describe(servers, path) : `"${path}" has them so already; nothing was changed.`));
    if (isChanged && isRead(path)) terminal.say(READ_TOO);
  }
  if (names.length > 0)
    terminal.say(clean(`No secret is in there. Set ${names.join(', ')} in the environment where the servers are used.`));
  return 0;
}

/** Whether Kalends looks into the file when somebody works in this folder. */
function isRead(path: string): boolean {
  const root = findProjectRoot();
  return ['.mcp.json', '.vscode/mcp.json', '.cursor/mcp.json'].some((name) => join(root, name) === path);
}

const READ_TOO =
  'Kalends reads this file too: in this folder they stand for your own ones of the same names, and are not started before `kalends mcp:trust`.';

/** As asked for, else by the file's name. */
function formatOf(given: string | undefined, path: string | undefined): Format {
  if (given === undefined) return path?.includes('.vscode') ? 'vscode' : path?.includes('.cursor') ? 'cursor' : 'mcp';
  if (Object.hasOwn(FORMATS, given)) return given as Format; // has just been looked up
  throw new AppError('invalid_input', `There is no format "${given}".`, {
    hint: 'There are mcp (.mcp.json), vscode (.vscode/mcp.json) and cursor (.cursor/mcp.json).',
  });
}

interface Writing {
  readonly format: Format;
  /** Servers that stand in this very file: references in the place of their secrets would lose them. */
  readonly own: readonly string[];
  readonly mayReplace: boolean;
}

/** Writes the servers; what else is in the file stays. Answers whether anything changed. */
function writeInto(path: string, content: Held, { format, own, mayReplace }: Writing): boolean {
  const member = FORMATS[format];
  const before = readJson(path);
  const next = { ...before, [member]: content[member] };
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(next)) return false;
  const lost = own.find((name) => JSON.stringify(serversIn(before ?? {})?.[name]) !== JSON.stringify(serversIn(next)?.[name]));
  if (lost !== undefined) {
    throw new AppError('conflict', `"${path}" is where "${lost}" itself stands, with its secrets; nothing was written.`, {
      hint: 'Choose another file.',
    });
  }
  if (before !== undefined && Object.keys(serversIn(before) ?? {}).length > 0 && !mayReplace) {
    throw new AppError('conflict', `"${path}" names MCP servers already; nothing was written.`, {
      hint: 'Choose another file, or add --replace to put these in their place.',
    });
  }
  writeWholeFile(path, `${JSON.stringify(next, null, 2)}\n`, existsSync(path) ? {} : { mode: 0o644 });
  return true;
}

function describe(servers: readonly string[], path: string): string {
  return servers.length === 0 ? `"${path}" names no servers: there are none here.` : `${servers.join(', ')} stand in "${path}".`;
}

/** `undefined` where there is no file. */
function readJson(path: string): Held | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AppError('invalid_input', `"${path}" cannot be read.`, { cause, hint: 'Name a file like .mcp.json.' });
  }
  try {
    const content: unknown = JSON.parse(text);
    if (isObject(content)) return content;
  } catch {
    // told below
  }
  throw new AppError('invalid_input', `"${path}" is no plain JSON object; it was left alone.`, {
    hint: 'Perhaps it has comments: take them out, or name another file.',
  });
}

function serversIn(content: Held): Held | undefined {
  const held = content.mcpServers ?? content.servers;
  return isObject(held) ? held : undefined;
}

function isObject(value: unknown): value is Held {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
