import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import { writeWholeFile } from '../../whole-file.ts';
import { clientNamed, diffLines, type ServerEntry, withServer } from '../mcp-clients.ts';
import type { Terminal } from '../terminal.ts';
import { positional, textOf, type Values } from './values.ts';

/** Writes Kalends into the configuration of a program that starts MCP servers: shows what changes, and asks. */
export async function installMcp(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const client = clientNamed(positional(positionals, 'program'));
  const before = existsSync(client.path) ? readFileSync(client.path, 'utf8') : undefined;
  const name = textOf(values, 'name') ?? 'kalends';
  const after = withServer(before, client, { name, entry: entryOf(values) });
  const result = { program: client.name, path: client.path, name, changed: before !== after };
  if (before === after) {
    if (terminal.isJson) terminal.printJson(result);
    else terminal.print(`${client.title} knows Kalends already; nothing was changed.`);
    return 0;
  }
  const diff = diffLines(before ?? '', after).join('\n');
  if (values.dryRun === true) {
    if (terminal.isJson) terminal.printJson({ ...result, changed: false, diff });
    else terminal.print(`${client.path}\n${diff}`);
    terminal.say('A dry run: nothing was changed.');
    return 0;
  }
  if (!terminal.isJson) terminal.print(`${client.path}\n${diff}`);
  if (values.yes !== true) await confirm(client.title, terminal);
  write(client.path, before, after);
  if (terminal.isJson) terminal.printJson(result);
  else terminal.print(`${client.title} knows Kalends now; start it anew if it runs.`);
  return 0;
}

async function confirm(title: string, terminal: Terminal): Promise<void> {
  if (!terminal.canAsk) {
    throw new AppError('approval_pending', 'There is nobody at the terminal to ask; nothing was changed.', {
      hint: 'Add --yes to write it, or --dry-run to see what would change.',
    });
  }
  const { confirm: ask } = await import('@clack/prompts');
  if ((await ask({ message: `Write this for ${title}?` })) !== true) throw new AppError('denied', 'You said no; nothing was changed.');
}

/** Replaces the file whole, unless somebody changed it meanwhile. */
function write(path: string, before: string | undefined, after: string): void {
  const now = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (now !== before)
    throw new AppError('conflict', `"${path}" was changed meanwhile; nothing was written.`, { hint: 'Run the command again.' });
  writeWholeFile(path, after);
}

/** How another program starts this very Kalends on this very data. */
function entryOf(values: Values): ServerEntry {
  const tools = textOf(values, 'tools');
  const { KALENDS_HOME: home } = process.env;
  return {
    command: process.execPath,
    args: [
      resolve(process.argv[1] ?? 'kalends'),
      'mcp:serve',
      ...(tools === undefined ? [] : ['--tools', tools]),
      ...(values.readOnly === true ? ['--read-only'] : []),
    ],
    ...(home ? { env: { KALENDS_HOME: resolve(home) } } : {}),
  };
}
