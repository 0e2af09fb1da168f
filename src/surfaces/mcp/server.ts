import {
  type CallToolRequest,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { toErrorEnvelope } from '../../errors.ts';
import { isForeignName } from '../../toolkit/foreign.ts';
import { withoutHiddenText } from '../../toolkit/plain-text.ts';
import { createDocs } from '../docs.ts';
import { checkForeignRead, searchForeign } from '../foreign-search.ts';
import { readLuaDocs, toLuaToolReport, toLuaToolRun } from '../lua-tools.ts';
import { createToolNames } from '../tool-names.ts';
import { createApprovals } from './approval.ts';
import { findListed, type HelperName, type Listed, listTools } from './definitions.ts';
import type { McpHost, McpToolSet } from './host.ts';
import { getPrompt, PROMPTS, RESOURCES, readResource, TEMPLATES } from './reading.ts';
import { toDataResult, toErrorResult, toTextResult } from './results.ts';

const PAGE = 50;
const CALL_TOOL = ['name', 'arguments', 'account'];
const INSTRUCTIONS =
  "Calendar tools of Kalends. Times are instants (2030-01-08T14:00:00Z) or local times in the person's zone; resolve dates with the tools, never by guessing. A write may wait for the person: do not repeat it.";

type Arguments = Readonly<Record<string, unknown>>;

/** Makes the factory of servers that both serving entries of the SDK take: one server a connection or a request, all on one host. */
export function createMcpFactory(host: McpHost, set: McpToolSet): () => Server {
  const listed = listTools(host.descriptions, { set, hasLua: host.runLua !== undefined });
  const approvals = createApprovals(host);

  return () => {
    const server = new Server(
      { name: 'kalends', title: 'Kalends', version: host.version },
      { capabilities: { tools: {}, resources: {}, prompts: {} }, instructions: INSTRUCTIONS, requestState: { verify: approvals.verify } },
    );
    server.setRequestHandler('tools/list', ({ params }) =>
      page(
        'tools',
        listed.map(({ tool }) => tool),
        params?.cursor,
      ),
    );
    server.setRequestHandler('resources/list', ({ params }) => page('resources', RESOURCES, params?.cursor));
    server.setRequestHandler('resources/templates/list', ({ params }) => page('resourceTemplates', TEMPLATES, params?.cursor));
    server.setRequestHandler('prompts/list', ({ params }) => page('prompts', PROMPTS, params?.cursor));
    server.setRequestHandler('resources/read', ({ params }, context) => readResource(params.uri, host, context.mcpReq.signal));
    server.setRequestHandler('prompts/get', ({ params }) => getPrompt(params.name, params.arguments ?? {}));
    server.setRequestHandler('tools/call', (request, context) => call(request, context, canElicit(server, context)));
    return server;
  };

  async function call({ params }: CallToolRequest, context: ServerContext, canAsk: boolean): Promise<CallToolResult | InputRequiredResult> {
    const report = reporterOf(context);
    try {
      await report(0);
      const found = findListed(listed, params.name);
      const result = await callListed(found, params.arguments ?? {}, { context, canAsk });
      await report(1);
      return result;
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      const envelope = toErrorEnvelope(error);
      if (envelope.code === 'internal') console.error(error);
      return toErrorResult(envelope);
    }
  }

  function callListed(found: Listed, given: Arguments, round: Round): Promise<CallToolResult | InputRequiredResult> | CallToolResult {
    if (found.kind === 'helper') return callHelper(found.name, given, round);
    const { account, ...input } = given;
    return callTool(found.description.tool, input, { ...round, account });
  }

  async function callTool(tool: string, input: unknown, { account, context, canAsk }: Round & { readonly account: unknown }) {
    // Taken for no name at all, it would go to another account than the one that was meant.
    if (account !== undefined && account !== null && typeof account !== 'string') throw invalid('"account" is wrong; it is a text.');
    const wanted = { tool, input, ...(typeof account === 'string' ? { account } : {}) };
    const answered = await approvals.answered(wanted, context);
    if (answered) return answered;
    return approvals.ask(await host.call({ ...wanted, signal: context.mcpReq.signal }), wanted, { context, canAsk });
  }

  function callHelper(name: HelperName, given: Arguments, round: Round): Promise<CallToolResult | InputRequiredResult> | CallToolResult {
    switch (name) {
      case 'search_tools':
        return searchTools(textOf(given, 'query'));
      case 'call_tool': {
        const unknown = Object.keys(given).find((key) => !CALL_TOOL.includes(key));
        if (unknown !== undefined) throw invalid(`"${unknown}" is unknown; there are ${CALL_TOOL.join(', ')}.`);
        const name = textOf(given, 'name');
        if (host.foreign !== undefined && isForeignName(name)) return callForeign(name, given.arguments ?? {}, round);
        const { description, account } = createToolNames(host.descriptions).get(name);
        if (set.isReadOnly === true && description.effect !== 'read')
          throw invalid(`"${description.tool}" changes something, and this session only reads.`);
        return callTool(description.tool, given.arguments ?? {}, { ...round, account: given.account ?? account });
      }
      case 'execute_lua':
        return executeLua(given, round.context.mcpReq.signal);
      default:
        return toTextResult(readLuaDocs(name, given, createDocs({ descriptions: host.descriptions })));
    }
  }

  /** Those of Kalends, best first, then those of other people's servers, marked as such. */
  async function searchTools(query: string): Promise<CallToolResult> {
    const own = createDocs({ descriptions: host.descriptions })
      .search(query, 5)
      .map(({ tool, summary, effect, schema }) => ({ name: tool, summary, effect, arguments: schema }));
    return toTextResult(JSON.stringify(withoutHiddenText([...own, ...(await searchForeign(host.foreign, query))])));
  }

  async function callForeign(name: string, input: unknown, round: Round): Promise<CallToolResult | InputRequiredResult> {
    if (set.isReadOnly === true) await checkForeignRead(host.foreign, name);
    return callTool(name, input, { ...round, account: undefined });
  }

  async function executeLua(given: Arguments, signal: AbortSignal): Promise<CallToolResult> {
    if (host.runLua === undefined) throw invalid('There is no Lua here.');
    const report = toLuaToolReport(await host.runLua({ ...toLuaToolRun(given), signal }));
    return { ...toDataResult(report), ...(report.success ? {} : { isError: true }) };
  }
}

interface Round {
  readonly context: ServerContext;
  /** The client said that it can ask its person. */
  readonly canAsk: boolean;
}

function canElicit(server: Server, { mcpReq }: ServerContext): boolean {
  // The package's type of the envelope has lost its keys.
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined;
  const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  return typeof declared === 'object' && declared !== null && 'elicitation' in declared && declared.elicitation !== undefined;
}

/** Tells a client that asked for progress that the call began and ended. */
function reporterOf({ mcpReq }: ServerContext): (progress: number) => Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return async () => undefined;
  return (progress) => mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 1 } });
}

/** One page of a list; the cursor is where the next one begins. */
function page<Name extends string, Item>(
  name: Name,
  items: readonly Item[],
  cursor: string | undefined,
): { [Key in Name]: Item[] } & { nextCursor?: string } {
  const start = cursor === undefined ? 0 : Number(/^from-(\d{1,6})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (!Number.isInteger(start) || (start > 0 && start >= items.length)) throw invalid(`"${cursor}" is no cursor of this list.`);
  const next = start + PAGE;
  const list = { [name]: items.slice(start, next) } as { [Key in Name]: Item[] }; // the one key it was given
  return next < items.length ? { ...list, nextCursor: `from-${next}` } : list;
}

function textOf(given: Arguments, name: string): string {
  const value = given[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw invalid(`"${name}" is missing; it is a text.`);
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
