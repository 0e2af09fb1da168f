import { loadConfig } from '../../config.ts';
import { AppError, toAppError } from '../../errors.ts';
import type { ForeignCheck, ForeignLogin, ForeignServer, ForeignServers, ServersToAdd } from '../../owner/foreign.ts';
import { clean, pad, widthOf } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import { findProjectRoot } from '../project-root.ts';
import type { Terminal } from '../terminal.ts';
import { listOf, numberOf, positional, textOf, type Values } from './values.ts';

/** Asks the owner about the servers of the folder somebody works in. */
export function askServers<Answer>(terminal: Terminal, path: string, body: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return reachOwner(terminal).json<Answer>(`/owner/mcp/${path}`, { body: { project: findProjectRoot(), ...body } });
}

export async function listServers(values: Values, terminal: Terminal): Promise<number> {
  const { servers, sources } = await askServers<ForeignServers>(terminal, 'list');
  const shown = servers.filter(({ enabled }) => enabled || values.all === true);
  if (terminal.isJson) {
    terminal.printJson({ success: true, servers: byName(shown), sources }, shown);
    return 0;
  }
  terminal.print(shown.length === 0 ? 'There are no MCP servers here. Add one with `kalends mcp:add`.' : toTable(shown));
  for (const { problems } of sources) for (const problem of problems) terminal.say(clean(problem));
  return 0;
}

/** What stands in the files; starts nothing. */
export async function showStatus(terminal: Terminal, [name]: readonly string[]): Promise<number> {
  const { servers, sources } = await askServers<ForeignServers>(terminal, 'list');
  const shown = name === undefined ? servers : [pick(servers, name)];
  if (terminal.isJson) terminal.printJson({ success: true, servers: byName(shown), sources }, shown);
  else terminal.print(shown.map((server) => `${server.name}: ${describeState(server)}\n${describeStart(server)}`).join('\n\n'));
  return 0;
}

export async function addServer(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [name = '', first, ...rest] = positionals;
  const body: Omit<ServersToAdd, 'project' | 'trust'> = {
    scope: scopeOf(values),
    servers: { [name]: toEntry(values, first, rest) },
    replace: values.replace === true,
  };
  const { path } = await askServers<{ path: string }>(terminal, 'add', body);
  if (terminal.isJson) terminal.printJson({ success: true, server: name, path, scope: body.scope });
  else
    terminal.print(`"${clean(name)}" stands in ${clean(path)} and is trusted as it is. See its tools with \`kalends mcp:tools ${name}\`.`);
  return 0;
}

export async function removeServer(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const { path, name } = await askServers<{ path: string; name: string }>(terminal, 'remove', {
    server: positional(positionals, 'server'),
  });
  if (terminal.isJson) terminal.printJson({ success: true, server: name, path });
  else terminal.print(`"${clean(name)}" is taken out of ${clean(path)}. Its secrets stay until \`kalends mcp:secret:unset\`.`);
  return 0;
}

export async function switchServer(enabled: boolean, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const body = { server: positional(positionals, 'server'), enabled };
  const { path, name } = await askServers<{ path: string; name: string }>(terminal, 'enabled', body);
  if (terminal.isJson) terminal.printJson({ success: true, server: name, enabled, path });
  else terminal.print(`"${clean(name)}" is ${enabled ? 'on' : 'off'}.`);
  return 0;
}

/** Shows exactly what will be started, and asks. */
export async function trustServer(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const { servers } = await askServers<ForeignServers>(terminal, 'list');
  const server = pick(servers, positional(positionals, 'server'));
  if (!terminal.isJson) terminal.print(`${server.name}\n${describeStart(server)}`);
  if (!server.trusted) await confirmTrust(server, values, terminal);
  const { fingerprint, source } = await askServers<ForeignServer>(terminal, 'trust', {
    server: server.name,
    fingerprint: server.fingerprint,
  });
  if (terminal.isJson)
    terminal.printJson({ success: true, server: server.name, fingerprint, scope: source === 'user' ? 'user' : 'project' });
  else terminal.print(`"${clean(server.name)}" is trusted as it stands. Any change of its entry asks again.`);
  return 0;
}

async function confirmTrust(server: ForeignServer, values: Values, terminal: Terminal): Promise<void> {
  if (values.yes === true && loadConfig(process.env).allowYes) return;
  if (!terminal.canAsk) {
    throw new AppError('approval_pending', `Nobody is at the terminal to say whether "${server.name}" is trusted; it is not.`, {
      hint: 'Run it in a terminal; --yes is obeyed only if your config.json says "allowYes": true.',
      details: { server },
    });
  }
  const { confirm } = await import('@clack/prompts');
  if ((await confirm({ message: 'Let Kalends use exactly this?', initialValue: false })) !== true) {
    throw new AppError('denied', `"${server.name}" is not trusted.`);
  }
}

function toLine({ server: { name }, ok, tools, milliseconds, error }: ForeignCheck) {
  return { server: name, ok, tools, milliseconds, error: error?.message ?? null };
}

/** Really asks every server that is on and trusted. */
export async function checkServers(terminal: Terminal, [server]: readonly string[]): Promise<number> {
  const { checks } = await askServers<{ checks: readonly ForeignCheck[] }>(terminal, 'check', server === undefined ? {} : { server });
  const { sources } = await askServers<ForeignServers>(terminal, 'list');
  const broken = checks.filter(({ ok, server: { enabled } }) => !ok && enabled);
  const problems = sources.flatMap((source) => source.problems);
  if (terminal.isJson) terminal.printJson({ success: broken.length === 0 && problems.length === 0, checks, sources }, checks.map(toLine));
  else {
    for (const check of checks) terminal.print(describeCheck(check));
    if (checks.length === 0) terminal.print('There are no MCP servers here.');
    for (const problem of problems) terminal.say(clean(problem));
  }
  const [first] = broken;
  if (first?.error) return toAppError(first.error).exitCode;
  return problems.length > 0 ? 1 : 0;
}

function describeCheck({ server, ok, tools, milliseconds, error }: ForeignCheck): string {
  const login = server.login?.state === 'logged_in' ? `, logged in ${describeLogin(server.login)}` : '';
  if (ok) return clean(`✓ ${server.name}: ${tools} tools, ${milliseconds} ms${login}`);
  if (!server.enabled) return `- ${server.name}: switched off`;
  return clean([`✗ ${server.name}: ${error?.message ?? ''}`, ...(error?.hint === undefined ? [] : [`  ${error.hint}`])].join('\n'));
}

function toEntry(values: Values, first: string | undefined, rest: readonly string[]): Readonly<Record<string, unknown>> {
  const given = textOf(values, 'url') ?? textOf(values, 'command') ?? first;
  const type = textOf(values, 'type');
  if (type !== undefined && type !== 'stdio' && type !== 'http') {
    throw new AppError('invalid_input', `There is no type "${type}".`, { hint: 'There are stdio and http.' });
  }
  if (given === undefined) {
    throw new AppError('invalid_input', 'There is neither a command nor an address.', {
      hint: 'For example: kalends mcp:add notes -- npx -y @example/notes, or kalends mcp:add notes https://notes.example.com/mcp',
    });
  }
  const timeout = numberOf(values, 'timeout');
  const common = { ...(timeout === undefined ? {} : { timeout }), ...(values.disable === true ? { disabled: true } : {}) };
  if (type === 'http' || (type === undefined && (values.url !== undefined || /^https?:\/\//i.test(given)))) {
    return { type: 'http', url: given, headers: toPairs(listOf(values, 'header') ?? [], ':'), ...common };
  }
  const isNamed = textOf(values, 'command') !== undefined;
  const args = [...(isNamed && first !== undefined ? [first] : []), ...rest, ...(listOf(values, 'arg') ?? [])];
  return { command: given, args, env: toPairs(listOf(values, 'env') ?? [], '='), ...common };
}

/** `TOKEN` alone refers to the variable of that name where Kalends runs. */
function toPairs(texts: readonly string[], sign: ':' | '='): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf(sign);
      if (at > 0) return [text.slice(0, at).trim(), sign === ':' ? text.slice(at + 1).trim() : text.slice(at + 1)];
      if (sign === '=' && /^[A-Za-z_]\w*$/.test(text)) return [text, `\${${text}}`];
      throw new AppError('invalid_input', `A ${sign === ':' ? 'header has no name' : 'variable has no name'}.`, {
        hint: sign === ':' ? 'Write it like --header "X-Team: blue".' : 'Write it like --env TOKEN or --env PLACE=here.',
      });
    }),
  );
}

export function scopeOf(values: Values): 'user' | 'project' {
  if (values.global === true && values.project === true) {
    throw new AppError('invalid_input', 'Use either --global or --project.', { hint: 'Without one it is the project.' });
  }
  return values.global === true ? 'user' : 'project';
}

function pick(servers: readonly ForeignServer[], name: string): ForeignServer {
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '_');
  const found = servers.find((server) => server.name === name) ?? servers.find((server) => plain(server.name) === plain(name));
  if (found !== undefined) return found;
  throw new AppError('not_found', `There is no MCP server "${name}".`, {
    hint: servers.length > 0 ? `There are ${servers.map((server) => server.name).join(', ')}.` : 'Add one with `kalends mcp:add`.',
  });
}

/** Everything that is trusted, word for word. */
function describeStart({
  name: server,
  type,
  command,
  args,
  folder,
  url,
  values,
  path,
  timeout,
  fingerprint,
  login,
}: ForeignServer): string {
  const what =
    type === 'http'
      ? [`  calls   ${url}`]
      : [`  starts  ${[command, ...args].map((word) => JSON.stringify(word)).join(' ')}`, `  in      ${folder}`];
  const given = Object.entries(values).map(
    ([name, value]) => `  ${type === 'http' ? 'header' : 'with  '}  ${name}${type === 'http' ? ': ' : '='}${value}`,
  );
  const advice = login?.state === 'needed' || login?.state === 'expired' ? `: run \`kalends mcp:login ${server}\`` : '';
  const said = login === null || login.state === 'none' ? [] : [`  login   ${describeLogin(login)}${advice}`];
  return [...what, ...given, ...said, `  waits   ${timeout} s`, `  file    ${path}`, `  print   ${fingerprint}`].map(clean).join('\n');
}

/** A server that is ready but for its login is of no use yet. */
function describeState({ status, login }: ForeignServer): string {
  const isAway = login?.state === 'needed' || login?.state === 'expired';
  return status === 'ready' && isAway ? `login ${login.state}` : status;
}

/** "by https://login.example.com, renewed by itself" */
export function describeLogin({ state, by, scope, expiresAt, isRenewed }: ForeignLogin): string {
  if (state === 'none') return 'not logged in';
  if (state === 'needed') return 'needed';
  if (state === 'expired') return 'expired';
  return [
    `by ${by}`,
    ...(scope === null ? [] : [`for "${scope}"`]),
    ...(isRenewed ? ['renewed by itself'] : [expiresAt === null ? 'until it is refused' : `until ${expiresAt}`]),
  ].join(', ');
}

function byName(servers: readonly ForeignServer[]): Readonly<Record<string, ForeignServer>> {
  return Object.fromEntries(servers.map((server) => [server.name, server]));
}

function toTable(servers: readonly ForeignServer[]): string {
  const rows = servers.map((server) =>
    [server.name, describeState(server), server.source, server.url ?? [server.command, ...server.args].join(' ')].map((cell) =>
      clean(cell),
    ),
  );
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}
