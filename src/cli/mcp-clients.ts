import { homedir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** A program that starts MCP servers, and the file in which it is told of them. */
export interface McpClientProgram {
  readonly name: string;
  readonly title: string;
  /** The member of the file that holds the servers. */
  readonly member: 'mcpServers' | 'servers';
  readonly path: string;
  /** Entries say how they are reached. */
  readonly isTyped: boolean;
}

export interface Places {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly project: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export const HERE: Places = { platform: process.platform, home: homedir(), project: process.cwd(), environment: process.env };

/** The programs that `mcp:install` knows, for this user and this folder. */
export function knownClients(places: Places = HERE): readonly McpClientProgram[] {
  const { home, project } = places;
  const settings = settingsFolder(places);
  const plain = (name: string, title: string, path: string): McpClientProgram => ({
    name,
    title,
    member: 'mcpServers',
    path,
    isTyped: false,
  });
  return [
    plain('claude', 'Claude Code, in this folder', join(project, '.mcp.json')),
    plain('claude-desktop', 'Claude Desktop', join(settings, 'Claude', 'claude_desktop_config.json')),
    plain('cursor', 'Cursor', join(home, '.cursor', 'mcp.json')),
    { name: 'vscode', title: 'VS Code', member: 'servers', path: join(settings, 'Code', 'User', 'mcp.json'), isTyped: true },
    {
      name: 'vscode-workspace',
      title: 'VS Code, in this folder',
      member: 'servers',
      path: join(project, '.vscode', 'mcp.json'),
      isTyped: true,
    },
    plain('windsurf', 'Windsurf', join(home, '.codeium', 'windsurf', 'mcp_config.json')),
    plain('gemini', 'Gemini CLI', join(home, '.gemini', 'settings.json')),
  ];
}

function settingsFolder({ platform, home, environment }: Places): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  if (platform === 'win32') return environment.APPDATA ?? join(home, 'AppData', 'Roaming');
  return environment.XDG_CONFIG_HOME || join(home, '.config');
}

export function clientNamed(name: string, places: Places = HERE): McpClientProgram {
  const clients = knownClients(places);
  const found = clients.find((client) => client.name === name);
  if (found) return found;
  throw new AppError('invalid_input', `"${name}" is no program that Kalends can set up.`, {
    hint: `There are ${clients.map((client) => client.name).join(', ')}; any other takes the command \`kalends mcp:serve\`.`,
  });
}

export interface ServerEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The file's text with the entry under `name`; everything else stays. A text that is no JSON object throws, and nothing is lost. */
export function withServer(
  text: string | undefined,
  client: McpClientProgram,
  { name, entry }: { readonly name: string; readonly entry: ServerEntry },
): string {
  const content = text === undefined || text.trim() === '' ? {} : parseFile(text, client.path);
  const servers = content[client.member] ?? {};
  if (!isObject(servers)) throw notUnderstood(client.path, `"${client.member}" in it is no object.`);
  const written = client.isTyped ? { type: 'stdio', ...entry } : entry;
  const indent = /^([ \t]+)"/m.exec(text ?? '')?.[1] ?? '  ';
  return `${JSON.stringify({ ...content, [client.member]: { ...servers, [name]: written } }, null, indent)}\n`;
}

function parseFile(text: string, path: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw notUnderstood(path, 'It is no plain JSON; perhaps it has comments.');
  }
  if (!isObject(content)) throw notUnderstood(path, 'It is no JSON object.');
  return content;
}

function notUnderstood(path: string, what: string): AppError {
  return new AppError('invalid_input', `"${path}" cannot be changed safely. ${what}`, {
    hint: 'Add the server by hand: its command is `kalends mcp:serve`.',
  });
}

/** The lines that differ, as a diff shows them. */
export function diffLines(before: string, after: string): readonly string[] {
  const old = before.split('\n');
  const fresh = after.split('\n');
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const context = fresh.slice(Math.max(0, start - 2), start).map((line) => `  ${line}`);
  return [
    ...context,
    ...old.slice(start, old.length - end).map((line) => `- ${line}`),
    ...fresh.slice(start, fresh.length - end).map((line) => `+ ${line}`),
    ...fresh.slice(fresh.length - end, fresh.length - end + 2).map((line) => `  ${line}`),
  ].filter((line) => line.trim() !== '' || line === '  ');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
