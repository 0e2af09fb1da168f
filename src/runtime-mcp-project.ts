import type { ServerPlace, ServerSecrets } from './accounts/index.ts';
import {
  createMcpBook,
  createMcpPool,
  createMcpSource,
  type McpBook,
  type McpPool,
  type McpServerDefinition,
  type McpSourceOfTools,
} from './mcp/index.ts';
import { createGuardedStream, type Outgoing } from './outgoing/index.ts';
import type { Redactor } from './toolkit/redact.ts';

/** The servers that one folder knows, and those of the user. */
export interface McpProject {
  readonly book: McpBook;
  readonly pool: McpPool;
  readonly source: McpSourceOfTools;
}

export interface McpProjectParts {
  readonly home: string;
  readonly outgoing: Outgoing;
  readonly redactor: Redactor;
  readonly secrets: ServerSecrets;
  readonly version: string;
}

export function openMcpProject({ home, outgoing, redactor, secrets, version }: McpProjectParts, root: string | undefined): McpProject {
  const book = createMcpBook({ home, project: root });
  const stream = createGuardedStream(outgoing);
  const pool = createMcpPool(book, (name) => {
    const definition = book.get(name);
    return {
      version,
      environment: process.env,
      fetch: stream,
      folder: folderOf(definition, { home, root }),
      secret(key) {
        const value = secrets.get(placeOf(definition, root), key);
        if (value !== undefined) redactor.learn(value);
        return value;
      },
      onSecret: redactor.learn,
    };
  });
  return { book, pool, source: createMcpSource(book, pool) };
}

/** Whose secrets a server has: a project cannot take those of the user's server by its name. */
export function placeOf({ name, source }: McpServerDefinition, root: string | undefined): ServerPlace {
  return { server: name, project: source === 'user' ? null : (root ?? null) };
}

/** Where the process of a server is started. */
export function folderOf(
  { source }: McpServerDefinition,
  { home, root }: { readonly home: string; readonly root: string | undefined },
): string {
  return source === 'user' ? home : (root ?? home);
}
