import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { loadCommandDescriptions } from '../../runtime-catalog.ts';
import type { ForeignListing } from '../../surfaces/foreign-search.ts';
import { type McpToolSet, parseTools } from '../../surfaces/mcp/host.ts';
import { createMcpFactory } from '../../surfaces/mcp/server.ts';
import type { GateOutcome } from '../../toolkit/call.ts';
import { requestLua } from '../lua-client.ts';
import { reachOwner } from '../owner.ts';
import { findProjectFiles } from '../project-files.ts';
import { findProjectRoot } from '../project-root.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { textOf, type Values } from './values.ts';

/** Serves MCP on standard input and output, as a thin client of the owner, until the client closes its side. */
export async function serveMcp(values: Values, terminal: Terminal): Promise<number> {
  const owner = reachOwner({ ...terminal, isJson: true });
  const descriptions = await loadCommandDescriptions();
  const set: McpToolSet = { tools: parseTools(textOf(values, 'tools') ?? 'core'), isReadOnly: values.readOnly === true };
  const project = findProjectRoot();
  const fixed = textOf(values, 'account');
  const factory = createMcpFactory(
    {
      version,
      descriptions,
      call: ({ signal, ...call }) =>
        owner.json<GateOutcome>('/owner/call', {
          body: {
            ...(fixed === undefined ? {} : { account: fixed }),
            ...call,
            surface: 'mcp',
            utterance: `mcp ${call.tool}`,
            // Looked for at every call: the client's directory is a project, and its file may change while it is open.
            projectFiles: findProjectFiles(),
            project,
          },
          signal,
        }),
      foreign: () => owner.json<ForeignListing>('/owner/mcp/tools', { body: { project } }),
      runLua: ({ code, signal, onApproval, ...run }) =>
        requestLua(
          '/owner/lua/run',
          {
            ...(fixed === undefined ? {} : { account: fixed }),
            ...run,
            source: code,
            name: 'execute_lua',
            surface: 'mcp',
            utterance: 'mcp execute_lua',
            projectFiles: findProjectFiles(),
            project,
            canAsk: onApproval !== undefined,
          },
          { owner, signal, onApproval: onApproval ?? (() => undefined) },
        ),
      // The client runs as this very user, and asks the person who sits before it.
      answer: (id, approve) => owner.json<GateOutcome>(`/owner/approvals/${encodeURIComponent(id)}`, { body: { approve } }),
      leaveOpen: (id) => owner.json(`/owner/lua/approvals/${encodeURIComponent(id)}/later`, { body: {} }),
    },
    set,
  );
  await new Promise<void>((resolve) => {
    serveStdio(factory, { onerror: (error) => terminal.say(`kalends mcp: ${error.message}`) });
    process.stdin.once('end', resolve);
    process.stdin.once('close', resolve);
  });
  return 0;
}
