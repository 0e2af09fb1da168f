import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { AppError } from '../errors.ts';
import { type McpHost, type McpToolSet, parseTools } from '../surfaces/mcp/host.ts';
import { createMcpFactory } from '../surfaces/mcp/server.ts';
import type { Principal } from '../toolkit/tool.ts';
import { secure } from './headers.ts';

export interface McpEndpointParts {
  /** Whose key the request carries; throws `unauthenticated`. */
  authenticate(request: Request): Promise<Principal>;
  hostFor(principal: Principal): McpHost;
}

export interface McpEndpoint {
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** Requests larger than this are no calls of tools. */
const LARGEST_REQUEST_BYTES = 1_048_576;
const MOST_HANDLERS = 200;

/** `/mcp`: streamable HTTP for whoever carries a key. `?tools=all` or a list chooses the tools, `?read_only=true` leaves out what changes something. */
export function createMcpEndpoint({ authenticate, hostFor }: McpEndpointParts): McpEndpoint {
  const handlers = new Map<string, McpHttpHandler>();

  function handlerFor(principal: Principal, url: URL): McpHttpHandler {
    const set = readToolSet(url.searchParams);
    const key = JSON.stringify([principal, set]);
    const known = handlers.get(key);
    if (known) return known;
    // A name that nobody has is told with the first request, and not remembered.
    const made = createMcpHandler(createMcpFactory(hostFor(principal), set), {
      maxRequestBodySize: LARGEST_REQUEST_BYTES,
      onerror: () => undefined, // what was wrong with a request is in its answer
    });
    if (handlers.size >= MOST_HANDLERS) forgetOldest(handlers);
    handlers.set(key, made);
    return made;
  }

  return {
    async fetch(request) {
      try {
        const principal = await authenticate(request);
        const response = await handlerFor(principal, new URL(request.url)).fetch(request);
        const headers = new Headers(response.headers);
        secure(headers);
        headers.set('cache-control', 'no-store');
        return new Response(response.body, { status: response.status, headers });
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'unauthenticated')) throw error;
        const headers = new Headers({ 'www-authenticate': 'Bearer realm="kalends"', 'cache-control': 'no-store' });
        secure(headers);
        const body = { jsonrpc: '2.0', id: null, error: { code: -32_001, message: error.message, data: { hint: error.hint } } };
        return Response.json(body, { status: 401, headers });
      }
    },
    async close() {
      await Promise.all([...handlers.values()].map((handler) => handler.close()));
    },
  };
}

function forgetOldest(handlers: Map<string, McpHttpHandler>): void {
  const [oldest] = handlers.keys();
  if (oldest !== undefined) handlers.delete(oldest);
}

function readToolSet(search: URLSearchParams): McpToolSet {
  return { tools: parseTools(search.get('tools') ?? 'core'), isReadOnly: search.get('read_only') === 'true' };
}
