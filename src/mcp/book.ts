import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { writeWholeFile } from '../whole-file.ts';
import { fingerprintOf, type McpServerDefinition, type McpSource, parseEntry, toEntry } from './definition.ts';

/** Where the files are: the data directory, and the folder somebody works in. */
export interface McpPlaces {
  readonly home: string;
  /** Absolute root of the project; absent when there is none. */
  readonly project?: string | undefined;
}

export interface McpListing {
  readonly servers: readonly McpServerDefinition[];
  /** Files that are there, and what in them was not understood. */
  readonly sources: readonly {
    readonly source: McpSource;
    readonly path: string;
    readonly servers: readonly string[];
    readonly problems: readonly string[];
  }[];
}

export interface McpBook {
  /** Every server by its name; where several files have one, the last of user, vscode, cursor, project. */
  list(): McpListing;
  /** The server, or `not_found`. */
  get(name: string): McpServerDefinition;
  /** Writes an entry; what else is in the file stays. Whoever writes it here trusts it, unless they say otherwise. Answers the file's path. */
  put(
    definition: Omit<McpServerDefinition, 'path' | 'source'>,
    scope: 'user' | 'project',
    /** Takes the place of an entry of this name; without it there must be none. */
    options?: { readonly replace?: boolean /** Not before somebody has looked at it. */; readonly trust?: boolean },
  ): string;
  remove(name: string): string;
  setEnabled(name: string, isEnabled: boolean): string;
  isTrusted(definition: McpServerDefinition): boolean;
  /** Trusts exactly what stands there now, or nothing when that has another fingerprint by now; answers its fingerprint. */
  trust(name: string, fingerprint?: string): string;
}

interface Trust {
  /** By file and name. */
  readonly [place: string]: { readonly fingerprint: string; readonly at: string };
}

export function createMcpBook(places: McpPlaces, now: () => number = Date.now): McpBook {
  const files = filesOf(places);
  const trustPath = join(places.home, 'mcp-trust.json');

  function list(): McpListing {
    const read = files.map((file) => ({ ...file, ...readServers(file.path, file.source) }));
    const byName = new Map(read.flatMap(({ servers }) => servers.map((server) => [server.name, server] as const)));
    return {
      servers: [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
      sources: read
        .filter(({ path }) => existsSync(path))
        .map(({ source, path, servers, problems }) => ({ source, path, servers: servers.map(({ name }) => name), problems })),
    };
  }

  function get(name: string): McpServerDefinition {
    const { servers } = list();
    const plain = (text: string) => text.toLowerCase().replaceAll('-', '_');
    const found = servers.find((server) => server.name === name) ?? servers.find((server) => plain(server.name) === plain(name));
    if (found) return found;
    throw new AppError('not_found', `There is no MCP server "${name}".`, {
      hint: servers.length > 0 ? `There are ${servers.map((server) => server.name).join(', ')}.` : 'Add one with `kalends mcp:add`.',
    });
  }

  function trustThis(definition: McpServerDefinition): string {
    const fingerprint = fingerprintOf(definition);
    const trusted: Trust = { ...readTrust(trustPath), [placeOf(definition)]: { fingerprint, at: new Date(now()).toISOString() } };
    writeWholeFile(trustPath, `${JSON.stringify(trusted, null, 2)}\n`);
    return fingerprint;
  }

  return {
    list,
    get,
    put(definition, scope, { replace = false, trust = true } = {}) {
      const file = files.find(({ source }) => source === scope);
      if (file === undefined) throw noProject();
      changeEntry(file.path, definition.name, (entry) => {
        if (entry === undefined || replace) return toEntry({ ...definition, ...file });
        throw new AppError('conflict', `"${file.path}" has an MCP server "${definition.name}" already; nothing was changed.`, {
          hint: 'Choose another name, or add --replace.',
        });
      });
      if (trust) trustThis({ ...definition, ...file });
      return file.path;
    },
    remove(name) {
      const { path, name: written } = get(name);
      changeEntry(path, written, () => undefined);
      return path;
    },
    setEnabled(name, isEnabled) {
      const { path, name: written } = get(name);
      changeEntry(path, written, (entry) => {
        const { enabled: _enabled, disabled: _disabled, ...rest } = isObject(entry) ? entry : {};
        return isEnabled ? rest : { ...rest, disabled: true };
      });
      return path;
    },
    isTrusted: (definition) => readTrust(trustPath)[placeOf(definition)]?.fingerprint === fingerprintOf(definition),
    trust(name, fingerprint) {
      const definition = get(name);
      if (fingerprint === undefined || fingerprint === fingerprintOf(definition)) return trustThis(definition);
      throw new AppError('conflict', `The entry of "${definition.name}" was changed meanwhile; it is not trusted.`, {
        hint: `Read it again with \`kalends mcp:trust ${definition.name}\`.`,
      });
    },
  };
}

/** The same words start something else in another folder: an entry is trusted where it stands. */
function placeOf({ path, name }: Pick<McpServerDefinition, 'path' | 'name'>): string {
  return `${path}#${name}`;
}

function filesOf({ home, project }: McpPlaces): readonly { readonly source: McpSource; readonly path: string }[] {
  const user = { source: 'user', path: join(home, 'mcp.json') } as const;
  if (project === undefined) return [user];
  return [
    user,
    { source: 'vscode', path: join(project, '.vscode', 'mcp.json') },
    { source: 'cursor', path: join(project, '.cursor', 'mcp.json') },
    { source: 'project', path: join(project, '.mcp.json') },
  ];
}

function readServers(
  path: string,
  source: McpSource,
): { readonly servers: readonly McpServerDefinition[]; readonly problems: readonly string[] } {
  let content: Readonly<Record<string, unknown>>;
  try {
    content = readFile(path);
  } catch (error) {
    return { servers: [], problems: [error instanceof Error ? error.message : String(error)] };
  }
  const read = Object.entries(serversOf(content)).map(([name, entry]) => parseEntry(name, entry, { path, source }));
  return {
    servers: read.flatMap((entry) => ('problem' in entry ? [] : [entry])),
    problems: read.flatMap((entry) => ('problem' in entry ? [entry.problem] : [])),
  };
}

/** The servers of a configuration in either form. */
export function serversOf(content: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const held = content.mcpServers ?? content.servers;
  return isObject(held) ? held : {};
}

function changeEntry(path: string, name: string, change: (entry: unknown) => unknown): void {
  const content = readFile(path);
  const member =
    content.servers !== undefined && content.mcpServers === undefined ? 'servers' : path.includes('.vscode') ? 'servers' : 'mcpServers';
  const held = serversOf(content);
  const next = change(held[name]);
  const { [name]: _old, ...others } = held;
  const servers = next === undefined ? others : { ...held, [name]: next };
  writeWholeFile(path, `${JSON.stringify({ ...content, [member]: servers }, null, 2)}\n`);
}

/** A file that is not there is empty; one that is not understood is never written over. */
function readFile(path: string): Readonly<Record<string, unknown>> {
  if (!existsSync(path)) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new AppError('invalid_input', `"${path}" is no plain JSON.`, { cause, hint: 'Correct it, or take its comments out.' });
  }
  if (isObject(content)) return content;
  throw new AppError('invalid_input', `"${path}" holds no JSON object.`, { hint: 'It looks like {"mcpServers": {}}.' });
}

function readTrust(path: string): Trust {
  // What is not understood trusts nobody.
  try {
    return readFile(path) as Trust; // only `fingerprint` is looked at, and compared with a text
  } catch {
    return {};
  }
}

function noProject(): AppError {
  return new AppError('invalid_input', 'There is no project here to write to.', { hint: 'Go into its folder, or leave out --project.' });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
