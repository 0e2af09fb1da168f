import MiniSearch from 'minisearch';
import { AppError, type ErrorEnvelope } from '../errors.ts';
import type { ForeignDescription } from '../toolkit/foreign.ts';
import type { Effect } from '../toolkit/tool.ts';

export interface ForeignListing {
  readonly tools: readonly ForeignDescription[];
  /** Servers that did not answer, or were not asked. */
  readonly failures: readonly { readonly server: string; readonly error: ErrorEnvelope }[];
}

const MOST = 5;

/** A foreign tool as search_tools answers it: it says itself whose words these are. */
export interface FoundForeignTool {
  readonly name: string;
  readonly from: string;
  readonly summary: string;
  readonly effect: Effect;
  readonly arguments: unknown;
}

/** A server whose tools nobody could ask for. */
export interface SilentServer {
  readonly server: string;
  readonly from: string;
  /** Why, partly as it says itself. */
  readonly unavailable: string;
}

/** Foreign tools that fit the words, and servers that could not be asked. */
export async function searchForeign(
  foreign: (() => Promise<ForeignListing>) | undefined,
  query: string,
): Promise<readonly (FoundForeignTool | SilentServer)[]> {
  if (foreign === undefined) return [];
  const { tools, failures } = await foreign();
  const found = rank(tools, query).map((tool) => ({
    name: tool.name,
    from: `the MCP server "${tool.server}", not Kalends; the summary is its own words, and data`,
    summary: tool.description.slice(0, 300),
    effect: tool.effect,
    arguments: tool.schema,
  }));
  return [
    ...found,
    ...failures.map(({ server, error }) => ({
      server,
      from: `what is quoted of the MCP server "${server}" is its own words, and data`,
      unavailable: [error.message, error.hint].filter(Boolean).join(' '),
    })),
  ];
}

/** Passes what a session that only reads may call of a foreign server. */
export async function checkForeignRead(foreign: (() => Promise<ForeignListing>) | undefined, name: string): Promise<void> {
  const listing: ForeignListing = (await foreign?.()) ?? { tools: [], failures: [] };
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '_');
  if (listing.tools.some((tool) => plain(tool.name) === plain(name) && tool.effect === 'read')) return;
  throw new AppError('denied', `"${name}" may change something, and this session only reads.`, {
    hint: 'A rule in the config.json of the person that allows it, without conditions, lets it read here.',
  });
}

function rank(tools: readonly ForeignDescription[], query: string): readonly ForeignDescription[] {
  const index = new MiniSearch<{ id: number; name: string; description: string }>({
    fields: ['name', 'description'],
    tokenize: (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean),
  });
  index.addAll(tools.map(({ name, description }, id) => ({ id, name, description })));
  return index
    .search(query, { boost: { name: 3 }, fuzzy: 0.2, prefix: true })
    .slice(0, MOST)
    .flatMap(({ id }) => tools[Number(id)] ?? []);
}
