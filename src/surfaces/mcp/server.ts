import {
  type CallToolRequest,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type InputRequiredResult,
  isInputRequiredResult,
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
import { readLuaDocs } from '../lua-tools.ts';
import { createToolNames } from '../tool-names.ts';
import { createQuestions } from './approval.ts';
import { findListed, type HelperName, type Listed, listTools } from './definitions.ts';
import type { McpHost, McpToolSet } from './host.ts';
import { getPrompt, PROMPTS, RESOURCES, readResource, TEMPLATES } from './reading.ts';
import { toErrorResult, toPendingResult, toResult, toTextResult } from './results.ts';
import { createScripts, type ScriptRound as Round } from './script.ts';

const PAGE = 50;
const CALL_TOOL = ['name', 'arguments', 'account'];
const INSTRUCTIONS =
  "Calendar tools of Kalends. Times are instants (2030-01-08T14:00:00Z) or local times in the person's zone; resolve dates with the tools, never by guessing. A write may wait for the person: do not repeat it.";

type Arguments = Readonly<Record<string, unknown>>;

/** Makes the factory of servers that both serving entries of the SDK take: one server a connection or a request, all on one host. */
export function createMcpFactory(host: McpHost, set: McpToolSet): () => Server {
  const listed = listTools(host.descriptions, { set, hasLua: host.runLua !== undefined });
  const questions = createQuestions();
  const scripts = createScripts(host, questions);

  return () => {
    const server = new Server(
      { name: 'kalends', title: 'Kalends', version: host.version },
      { capabilities: { tools: {}, resources: {}, prompts: {} }, instructions: INSTRUCTIONS, requestState: { verify: questions.verify } },
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
      // All rounds of a call have one token, and progress only grows.
      if (context.mcpReq.requestState() === undefined) await report(0);
      const found = findListed(listed, params.name);
      const result = await callListed(found, params.arguments ?? {}, { context, canAsk });
      if (!isInputRequiredResult(result)) await report(1);
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
    const [answered] = questions.answers(wanted, context)?.answers ?? [];
    if (answered !== undefined && host.answer !== undefined) {
      const { approval, said } = answered;
      return said === 'later' ? toPendingResult(approval) : toResult(await host.answer(approval.id, said === 'approve'));
    }
    const outcome = await host.call({ ...wanted, signal: context.mcpReq.signal });
    if (outcome.status !== 'pending' || host.answer === undefined || !canAsk) return toResult(outcome);
    return questions.put([outcome.approval], { call: wanted }, context);
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
        return scripts.execute(given, round);
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
}

function canElicit(server: Server, { mcpReq }: ServerContext): boolean {
  // The package's type of the envelope has lost its keys.
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined;
  const declared = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  const elicitation = isObject(declared) ? declared.elicitation : undefined;
  // One that says nothing more asks by forms; one that only opens pages cannot.
  return isObject(elicitation) && (elicitation.form !== undefined || elicitation.url === undefined);
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object';
}

function textOf(given: Arguments, name: string): string {
  const value = given[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw invalid(`"${name}" is missing; it is a text.`);
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
