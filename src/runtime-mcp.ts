import { AppError } from './errors.ts';
import type { LuaHost } from './runtime-lua.ts';
import type { McpClient } from './runtime-mcp-client.ts';
import { authenticate } from './server/authenticate.ts';
import { HttpFailure } from './server/http-failure.ts';
import type { Store } from './store/store.ts';
import { describeCommands } from './surfaces/cli.ts';
import type { McpHost } from './surfaces/mcp/host.ts';
import type { Catalog } from './toolkit/catalog.ts';
import type { Gate } from './toolkit/gate.ts';
import type { McpEndpoint, McpEndpointParts } from './web/mcp-endpoint.ts';
import type { ToolsEndpoint } from './web/tools-endpoint.ts';

export interface McpParts {
  readonly store: Store;
  readonly gate: Pick<Gate, 'call'>;
  readonly catalog: Catalog;
  readonly version: string;
  readonly foreign?: Pick<McpClient, 'describe'>;
  readonly runLua: LuaHost['runForAgent'];
}

/** `/mcp`. The protocol's package takes its time to load, and comes with the first request. */
export function createMcp(parts: McpParts): McpEndpoint {
  let opened: Promise<McpEndpoint> | undefined;
  return {
    async fetch(request) {
      opened ??= import('./web/mcp-endpoint.ts').then(({ createMcpEndpoint }) => createMcpEndpoint(createDoor(parts, 'mcp')));
      return (await opened).fetch(request);
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

/** `/tools`, the same by plain JSON. */
export function createTools(parts: McpParts): ToolsEndpoint {
  let opened: Promise<ToolsEndpoint> | undefined;
  return {
    async fetch(request) {
      opened ??= import('./web/tools-endpoint.ts').then(({ createToolsEndpoint }) =>
        createToolsEndpoint({ ...createDoor(parts, 'http'), descriptions: () => describeCommands(parts.catalog) }),
      );
      return (await opened).fetch(request);
    },
  };
}

/** What they stand on: the gate, as the user whose key it is. Nobody there is known to be a person, so nothing is approved through it. */
function createDoor({ store, gate, catalog, version, foreign, runLua }: McpParts, surface: 'mcp' | 'http'): McpEndpointParts {
  let descriptions: McpHost['descriptions'] | undefined;
  return {
    async authenticate(request) {
      const caller = await authenticate(store, request, undefined).catch((error: unknown) => {
        if (error instanceof HttpFailure) throw new AppError('unauthenticated', error.message, { hint: HINT });
        throw error;
      });
      if (caller === undefined) throw new AppError('unauthenticated', 'The request carries no key.', { hint: HINT });
      const { id, username, name, email, timeZone } = caller;
      return { userId: id, username, name, email, timeZone };
    },
    hostFor: (principal) => ({
      version,
      get descriptions() {
        descriptions ??= describeCommands(catalog);
        return descriptions;
      },
      ...(foreign === undefined
        ? {}
        : {
            // Who comes over HTTP works in no folder: only the servers of the user's own file are there.
            foreign: () => foreign.describe({ principal }),
          }),
      call: (call) => gate.call({ ...call, principal, surface }),
      runLua: (run) => runLua({ ...run, principal, surface }),
    }),
  };
}

const HINT = 'Send "Authorization: Bearer cal_…" with a key of this installation; `kalends users key` makes one.';
