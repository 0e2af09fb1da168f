import type { ServerSecrets } from './accounts/index.ts';
import { createMcpBook, createMcpPool, createMcpSource, type McpBook, type McpPool, type McpSourceOfTools } from './mcp/index.ts';
import { createGuardedStream, type Outgoing } from './outgoing/index.ts';
import type { McpLogins } from './runtime-mcp-logins.ts';
import { folderOf, placeOf, valuesFor } from './runtime-mcp-place.ts';
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
  readonly logins: McpLogins;
  readonly version: string;
}

export function openMcpProject(
  { home, outgoing, redactor, secrets, logins, version }: McpProjectParts,
  root: string | undefined,
): McpProject {
  const book = createMcpBook({ home, project: root });
  const stream = createGuardedStream(outgoing);
  const pool = createMcpPool(book, (name) => {
    const definition = book.get(name);
    return {
      version,
      ...valuesFor(placeOf(definition, root), { secrets, redactor }),
      fetch: stream,
      folder: folderOf(definition, { home, root }),
      login: logins.sessionFor(definition, root),
      onSecret: redactor.learn,
    };
  });
  return { book, pool, source: createMcpSource(book, pool) };
}
