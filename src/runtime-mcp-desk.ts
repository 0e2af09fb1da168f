import { resolve } from 'node:path';
import type { ServerSecrets } from './accounts/index.ts';
import { AppError, toErrorEnvelope } from './errors.ts';
import { fingerprintOf, isSecretByName, type McpServerDefinition, parseEntry, toPortable } from './mcp/index.ts';
import type { ForeignCheck, ForeignDesk, ForeignFailure, ForeignSecret, ForeignServer } from './owner/foreign.ts';
import type { McpLogins } from './runtime-mcp-logins.ts';
import { folderOf, placeOf } from './runtime-mcp-place.ts';
import type { McpProject } from './runtime-mcp-project.ts';
import type { ForeignDescription } from './toolkit/foreign.ts';
import { withoutHiddenText } from './toolkit/plain-text.ts';
import { maskSecret, type Redactor } from './toolkit/redact.ts';

export interface ForeignDeskParts {
  projectAt(root: string | undefined): McpProject;
  readonly secrets: ServerSecrets;
  readonly logins: McpLogins;
  readonly redactor: Redactor;
  readonly home: string;
  withEffect(tool: ForeignDescription): ForeignDescription;
}

/** What a person does with foreign servers, over the book and the pool of their folder. */
export function createForeignDesk({ projectAt, secrets, logins, redactor, home, withEffect }: ForeignDeskParts): ForeignDesk {
  const show = (root: string, definition: McpServerDefinition): ForeignServer => ({
    ...toServer(definition, projectAt(root).book.isTrusted(definition), folderOf(definition, { home, root })),
    login: logins.describe(definition, root),
  });

  const secretsOf = (root: string, definition: McpServerDefinition) => {
    const place = placeOf(definition, root);
    return secrets.list().filter(({ server, project }) => server === place.server && project === place.project);
  };

  async function toolsOf(root: string, server: string | undefined) {
    const { source, book } = projectAt(root);
    if (server !== undefined) return { tools: (await source.describe(server)).map(withEffect), failures: [] };
    const found = await source.describeAll();
    const waiting = book.list().servers.filter((definition) => definition.isEnabled && !book.isTrusted(definition));
    const failures: ForeignFailure[] = [
      ...found.flatMap((one) =>
        one.error === undefined ? [] : [{ server: one.server, error: redactor.redact(toErrorEnvelope(one.error)) }],
      ),
      ...waiting.map(({ name }) => ({ server: name, error: toErrorEnvelope(untrusted(name)) })),
    ];
    return { tools: found.flatMap(({ tools }) => tools).map(withEffect), failures };
  }

  async function checkOne(root: string, definition: McpServerDefinition): Promise<ForeignCheck> {
    const base = { server: show(root, definition), secrets: secretsOf(root, definition).map(({ key }) => key) };
    const startedAt = performance.now();
    try {
      // One that was reached before may be gone by now.
      const tools = await (await projectAt(root).pool.reach(definition.name)).listTools();
      // It may have renewed its login, or have asked for one.
      return {
        ...base,
        server: show(root, definition),
        ok: true,
        tools: tools.length,
        milliseconds: Math.round(performance.now() - startedAt),
        error: null,
      };
    } catch (error) {
      return {
        ...base,
        server: show(root, definition),
        ok: false,
        tools: null,
        milliseconds: null,
        error: redactor.redact(toErrorEnvelope(error)),
      };
    }
  }

  return {
    list(root) {
      const { servers, sources } = projectAt(root).book.list();
      return { servers: servers.map((definition) => show(root, definition)), sources };
    },

    add({ project: root, scope, servers, replace, trust }) {
      const { book } = projectAt(root);
      // Everything is understood before anything is written.
      const definitions = Object.entries(servers).map(([name, entry]) => {
        const parsed = parseEntry(name, entry, { path: '', source: scope });
        if ('problem' in parsed) throw new AppError('invalid_input', parsed.problem, { hint: 'Nothing was written.' });
        return parsed;
      });
      const own = book.list().sources.find(({ source }) => source === scope);
      const taken = definitions.find(({ name }) => !replace && own?.servers.includes(name));
      if (taken !== undefined) {
        throw new AppError('conflict', `"${own?.path ?? scope}" has an MCP server "${taken.name}" already; nothing was changed.`, {
          hint: 'Choose another name, or add --replace.',
        });
      }
      const paths = definitions.map((definition) => book.put(definition, scope, { replace, trust }));
      return { path: paths[0] ?? '', added: definitions.map(({ name }) => name) };
    },

    async remove({ project: root, server }) {
      const { book } = projectAt(root);
      const definition = book.get(server);
      const path = book.remove(definition.name);
      await logins.logOut(definition, root);
      return { path, name: definition.name };
    },

    setEnabled({ project: root, server, enabled }) {
      const { book } = projectAt(root);
      const { name } = book.get(server);
      return { path: book.setEnabled(name, enabled), name };
    },

    trust({ project: root, server, fingerprint }) {
      const { book } = projectAt(root);
      book.trust(server, fingerprint);
      return show(root, book.get(server));
    },

    tools: ({ project: root, server }) => toolsOf(root, server),

    async logIn({ project: root, server, ...wish }, course) {
      const { book, pool } = projectAt(root);
      const definition = pool.usable(server);
      await logins.logIn(definition, wish, { ...course, root });
      return show(root, book.get(definition.name));
    },

    async logOut({ project: root, server }) {
      const definition = projectAt(root).book.get(server);
      return { server: definition.name, ...(await logins.logOut(definition, root)) };
    },

    async resources({ project: root, server }) {
      const found = await (await projectAt(root).pool.reach(server)).resources();
      return found.map(withoutHiddenText);
    },

    async prompts({ project: root, server }) {
      const found = await (await projectAt(root).pool.reach(server)).prompts();
      return found.map(withoutHiddenText);
    },

    check({ project: root, server }) {
      const { book } = projectAt(root);
      const chosen = server === undefined ? book.list().servers : [book.get(server)];
      return Promise.all(chosen.map((definition) => checkOne(root, definition)));
    },

    export: ({ project: root, format }) =>
      toPortable(projectAt(root).book.list().servers, { format, holds: (text) => redactor.holds(text) }),

    async setSecret({ project: root, server, key, value }) {
      const place = placeOf(projectAt(root).book.get(server), root);
      redactor.learn(value);
      await secrets.set(place, key, value);
      return toSecret({ ...place, key }, true);
    },

    async unsetSecret({ project: root, server, key }) {
      const place = placeOf(projectAt(root).book.get(server), root);
      await secrets.unset(place, key);
      return toSecret({ ...place, key }, false);
    },

    secrets({ project: root, server }) {
      const all = secrets.list().filter(({ project }) => project === null || project === root);
      const { servers } = projectAt(root).book.list();
      const chosen =
        server === undefined ? all : secretsOf(root, servers.find(({ name }) => name === server) ?? projectAt(root).book.get(server));
      return chosen.map((secret) => toSecret(secret, true));
    },
  };
}

function toSecret({ server, project, key }: ReturnType<ServerSecrets['list']>[number], configured: boolean): ForeignSecret {
  return { key: `mcp.${server}.${key}`, server, name: key, configured, project };
}

function toServer(definition: McpServerDefinition, trusted: boolean, folder: string): Omit<ForeignServer, 'login'> {
  const { name, reach, isEnabled, source, path, timeoutSeconds } = definition;
  const isHttp = reach.type === 'http';
  return {
    name,
    type: reach.type,
    status: isEnabled ? (trusted ? 'ready' : 'untrusted') : 'disabled',
    enabled: isEnabled,
    trusted,
    source,
    path,
    command: isHttp ? null : reach.command,
    args: isHttp ? [] : reach.args,
    folder: isHttp ? null : resolve(folder, reach.cwd ?? ''),
    url: isHttp ? reach.url : null,
    values: Object.fromEntries(
      Object.entries(isHttp ? reach.headers : reach.env).map(([key, text]) => [key, isSecret(key, text) ? maskSecret(text) : text]),
    ),
    timeout: timeoutSeconds,
    fingerprint: fingerprintOf(definition),
  };
}

/** Written out, where a reference would do. */
function isSecret(name: string, text: string): boolean {
  return isSecretByName(name) && !text.includes('${') && !text.startsWith('@secret:');
}

function untrusted(name: string): AppError {
  return new AppError('denied', `The MCP server "${name}" is not trusted; nothing of it was started.`, {
    hint: `Read what it starts and trust it with \`kalends mcp:trust ${name}\`.`,
  });
}
