import { z } from 'zod';
import { AppError } from '../errors.ts';
import { createHttpSurface, type HttpHost } from '../surfaces/http.ts';
import { toToolsOpenApi } from '../surfaces/http-openapi.ts';
import type { Principal } from '../toolkit/tool.ts';
import { secure } from './headers.ts';
import { readBody } from './request-body.ts';
import { toToolsFailure } from './tools-failure.ts';
import { checkNoQuery, readCallQuery, readListQuery } from './tools-query.ts';

export interface ToolsEndpointParts {
  /** Whose key the request carries; throws `unauthenticated`. */
  authenticate(request: Request): Promise<Principal>;
  hostFor(principal: Principal): HttpHost;
  /** For the document, which everybody may read. */
  readonly descriptions: () => HttpHost['descriptions'];
}

export interface ToolsEndpoint {
  fetch(request: Request): Promise<Response>;
}

/** As long as a script may be, and its arguments. */
const LONGEST_BODY = 524_288;
const anyObject = z.record(z.string(), z.unknown());

/** `/tools` for whoever carries a key: lists, reads and calls the catalogue, each call through the gate. */
export function createToolsEndpoint({ authenticate, hostFor, descriptions }: ToolsEndpointParts): ToolsEndpoint {
  let document: string | undefined;

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const { method } = request;
    const name = decodeName(pathname.replace(/^\/tools\/?/, ''));
    if (name === 'openapi.json' && method === 'GET') {
      document ??= JSON.stringify(toToolsOpenApi(createHttpSurface(forDocument(descriptions())).list()));
      return new Response(document, { headers: { 'content-type': 'application/json', 'cache-control': 'no-cache' } });
    }
    const surface = createHttpSurface(hostFor(await authenticate(request)));
    if (method === 'GET' && name !== '') {
      checkNoQuery(searchParams);
      return Response.json(surface.read(name));
    }
    if (method === 'GET') {
      const query = readListQuery(searchParams);
      return Response.json({ tools: query === '' ? surface.list() : await surface.search(query) });
    }
    if (method !== 'POST' || name === '') throw nothing(method, pathname);
    const { account, dry_run: dryRun } = readCallQuery(name, searchParams);
    const { status, body } = await surface.call({
      name,
      input: request.body === null ? {} : await readBody(request, anyObject, LONGEST_BODY),
      account,
      dryRun,
      signal: request.signal,
    });
    return Response.json(body, { status });
  }

  return {
    async fetch(request) {
      const response = await answer(request).catch(toToolsFailure);
      secure(response.headers);
      if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
      return response;
    },
  };
}

function forDocument(descriptions: HttpHost['descriptions']): HttpHost {
  const refuse = () => Promise.reject(new AppError('unauthenticated', 'The request carries no key.'));
  return { descriptions, call: refuse, runLua: refuse };
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AppError('invalid_input', `"${text}" is no name of a tool.`, { cause, hint: 'List them with GET /tools.' });
  }
}

function nothing(method: string, path: string): AppError {
  return new AppError('not_found', `There is nothing at "${method} ${path}".`, {
    hint: 'List the tools with GET /tools; call one with POST.',
  });
}
