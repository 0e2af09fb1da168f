import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { toStorableText } from '../store/sql-values.ts';
import type { Store } from '../store/store.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { authenticate, type Caller, requireCaller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { readJsonBody, readQuery } from './request-body.ts';
import { type ValidationStyle, validate } from './validate.ts';
import { checkVersion } from './versions.ts';

/** What an in-process caller says of itself; it cannot come from the network. */
export interface ServiceEnv {
  readonly userId?: number;
}

/** What every handler works with. */
export interface Service {
  readonly store: Store;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** Origin of links in answers. */
  readonly publicUrl: string;
}

export type App = Hono<{ Bindings: ServiceEnv }>;

interface Call<E extends Endpoint, Who> {
  readonly caller: Who;
  readonly params: Readonly<Record<string, string>>;
  readonly query: z.output<E['query']>;
  readonly body: z.output<E['body']>;
}

interface Serving<E extends Endpoint, Who> {
  readonly style?: ValidationStyle;
  /** Replaces the endpoint's query schema where the query itself decides which one it is. */
  readonly querySchema?: (query: Readonly<Record<string, unknown>>) => z.ZodType<z.output<E['query']>>;
  readonly answer: (call: Call<E, Who>) => Promise<z.output<E['response']>>;
}

/** Answers an endpoint for signed-in callers. */
export function serve<E extends Endpoint>(app: App, service: Service, endpoint: E, serving: Serving<E, Caller>): void {
  mount(app, service, endpoint, serving, requireCaller);
}

/** Answers an endpoint for everybody; a caller may be known. */
export function servePublic<E extends Endpoint>(app: App, service: Service, endpoint: E, serving: Serving<E, Caller | undefined>): void {
  mount(app, service, endpoint, serving, (caller) => caller);
}

function mount<E extends Endpoint, Who>(
  app: App,
  service: Service,
  endpoint: E,
  { style = 'tree', querySchema, answer }: Serving<E, Who>,
  admitCaller: (caller: Caller | undefined) => Who,
): void {
  app.on(endpoint.method, endpoint.path, async (context: Context<{ Bindings: ServiceEnv }>) => {
    const request = context.req.raw;
    const url = new URL(request.url);
    checkVersion(request, url.pathname + url.search, endpoint.versions);
    // A fetch without an environment leaves it undefined, whatever the type says.
    const env: ServiceEnv | undefined = context.env;
    const caller = admitCaller(await authenticate(service.store, request, env?.userId));
    const rawQuery = readQuery(url);
    const schema = querySchema?.(rawQuery) ?? endpoint.query;
    const query = schema.type === 'undefined' ? undefined : validate(schema, rawQuery, style);
    const body = await readBody(endpoint, request, style);
    const params = Object.fromEntries(Object.entries(context.req.param()).map(([name, value]) => [name, toStorableText(value)]));
    // Query and body were read by the endpoint's own schemas, so they have its types.
    const call = { caller, params, query, body } as Call<E, Who>;
    const answered: unknown = await answer(call);
    return context.json(answered, toStatus(endpoint.status));
  });
}

async function readBody(endpoint: Endpoint, request: Request, style: ValidationStyle): Promise<unknown> {
  if (endpoint.method === 'GET' || endpoint.body.type === 'undefined') return undefined;
  const body = await readJsonBody(request);
  if (body === undefined) {
    if (endpoint.body.safeParse(undefined).success) return undefined;
    throw new HttpFailure(400, 'Body is required');
  }
  if (endpoint.body.type !== 'unknown' && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    throw new HttpFailure(400, 'Body should be an object');
  }
  return validate(endpoint.body, body, style);
}

function toStatus(status: number): 200 | 201 {
  return status === 201 ? 201 : 200;
}

/** A path parameter that names a row by number. */
export function parseId(text: string | undefined): number {
  if (text === undefined || !/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647) {
    throw new HttpFailure(400, `Validation failed (numeric string is expected), not "${text ?? ''}"`);
  }
  return Number(text);
}

/** The success envelope. */
export function ok<Data>(data: Data): { readonly status: 'success'; readonly data: Data } {
  return { status: 'success', data };
}
