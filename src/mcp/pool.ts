import type { Tool } from '@modelcontextprotocol/client';
import { AppError } from '../errors.ts';
import type { McpBook } from './book.ts';
import { type ConnectionParts, connect, type McpConnection } from './connection.ts';
import { fingerprintOf, type McpServerDefinition } from './definition.ts';

/** The foreign servers of one book, started when they are first needed. */
export interface McpPool {
  /** The entry of a server that is on and trusted; throws for another. */
  usable(name: string): McpServerDefinition;
  /** The connection to a server; refuses one that is off or not trusted before anything of it is started. */
  reach(name: string): Promise<McpConnection>;
  /** The tools of a server as it last told them; reaches it when nobody has asked before. */
  tools(name: string): Promise<readonly Tool[]>;
  close(): Promise<void>;
}

export function createMcpPool(book: McpBook, parts: (server: string) => ConnectionParts): McpPool {
  const running = new Map<string, { readonly fingerprint: string; readonly connection: Promise<McpConnection> }>();
  const lists = new Map<string, { readonly fingerprint: string; readonly last: McpConnection }>();

  async function reach(name: string): Promise<McpConnection> {
    const definition = checkUsable(book.get(name), book);
    const fingerprint = fingerprintOf(definition);
    const known = running.get(definition.name);
    if (known?.fingerprint === fingerprint) {
      const connection = await known.connection.catch(() => undefined);
      if (connection?.isOpen) return connection;
    }
    if (running.get(definition.name) === known) {
      if (known) void known.connection.then((old) => old.close()).catch(() => undefined);
      const connection = connect(definition, parts(definition.name));
      connection.catch(() => running.delete(definition.name));
      running.set(definition.name, { fingerprint, connection });
      const opened = await connection;
      lists.set(definition.name, { fingerprint, last: opened });
      return opened;
    }
    // Somebody else has begun to start it anew.
    return reach(name);
  }

  return {
    usable: (name) => checkUsable(book.get(name), book),
    reach,
    async tools(name) {
      const definition = checkUsable(book.get(name), book);
      const list = lists.get(definition.name);
      return list?.fingerprint === fingerprintOf(definition) ? list.last.tools : (await reach(name)).tools;
    },
    async close() {
      const open = [...running.values()];
      running.clear();
      await Promise.allSettled(open.map(async ({ connection }) => (await connection).close()));
    },
  };
}

function checkUsable(definition: McpServerDefinition, book: McpBook): McpServerDefinition {
  const { name, path } = definition;
  if (!definition.isEnabled) {
    throw new AppError('not_configured', `The MCP server "${name}" is switched off.`, {
      hint: `Switch it on with \`kalends mcp:enable ${name}\`.`,
    });
  }
  if (!book.isTrusted(definition)) {
    throw new AppError('denied', `The MCP server "${name}" is not trusted as it stands in "${path}"; nothing of it was started.`, {
      hint: `Read what it starts with \`kalends mcp:status ${name}\`, then \`kalends mcp:trust ${name}\`.`,
    });
  }
  return definition;
}
