import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { toStorableText } from '../../store/sql-values.ts';
import type { Store } from '../../store/store.ts';
import type { PendingDelivery } from '../../store/whereby-webhooks.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import type { Caller } from '../authenticate.ts';
import { readBody } from '../request-body.ts';
import { readQuery } from '../request-query.ts';
import type { ServiceEnv } from '../serve.ts';
import { validate } from '../validate.ts';
import { WherebyFailure } from './failure.ts';

/** What every handler works with. */
export interface WherebyService {
  readonly store: Store;
  /** The domain clock, epoch milliseconds: of rooms, sessions and what happens in them. */
  readonly now: () => number;
  /** Never stands still: of links, limits and deliveries. */
  readonly processNow: () => number;
  /** Origin of links in answers. */
  readonly publicUrl: string;
  /** Told of deliveries that were just written, after their transaction. */
  readonly onDeliveries: (deliveries: readonly PendingDelivery[]) => void;
}

export interface WherebyEnvironment {
  readonly Bindings: ServiceEnv;
  readonly Variables: { readonly caller: Caller };
}

export type WherebyApp = Hono<WherebyEnvironment>;

interface Call<E extends Endpoint> {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: z.output<E['query']>;
  readonly body: z.output<E['body']>;
}

interface Options {
  /** Replaces the reading of the body where it may be something else than JSON. */
  readonly readBody?: (request: Request) => Promise<unknown>;
  /** Of the path; Whereby's own when absent. */
  readonly prefix?: string;
}

/** Answers an endpoint. */
export function serveOperation<E extends Endpoint>(
  app: WherebyApp,
  endpoint: E,
  answer: (call: Call<E>) => Promise<z.output<E['response']>>,
  options: Options = {},
): void {
  app.on(endpoint.method, toRoute(`${options.prefix ?? '/v1'}${endpoint.path}`), async (context) => {
    const call = { caller: context.get('caller'), params: readParams(context), ...(await readInput(endpoint, context.req.raw, options)) };
    // Query and body were read by the endpoint's own schemas, so they have its types.
    const answered: unknown = await answer(call as Call<E>);
    if (endpoint.status === 204) return context.body(null, 204);
    return context.json(answered, endpoint.status === 201 ? 201 : 200);
  });
}

/** Clients write the slash of a room's name escaped, plain or not at all. */
function toRoute(path: string): string {
  return path.replace(':roomName', ':roomName{.+}');
}

function readParams(context: Context<WherebyEnvironment>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(context.req.param()).map(([name, value]) => [name, toStorableText(value)]));
}

async function readInput(
  endpoint: Endpoint,
  request: Request,
  options: Options,
): Promise<{ readonly query: unknown; readonly body: unknown }> {
  const { query, body } = endpoint;
  return {
    query: query.type === 'undefined' ? undefined : validate(query, readQuery(new URL(request.url)), 'tree'),
    body: endpoint.method === 'GET' || body.type === 'undefined' ? undefined : await readSent(body, request, options),
  };
}

async function readSent(schema: z.ZodType, request: Request, options: Options): Promise<unknown> {
  const sent = await (options.readBody ?? readBody)(request);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new WherebyFailure(400, 'The request needs a body: a JSON object such as {"name": "value"}.');
  }
  return validate(schema, sent, 'tree');
}

/** A room's name as it is stored, however it was written. */
export function toRoomName(text: string): string {
  return `/${text.replace(/^\/+/, '')}`;
}

/** The id of a room as the API shows it; `undefined` for what cannot be one. */
export function parseMeetingId(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** Moments leave in UTC with milliseconds. */
export function toMoment(ms: number): string {
  return new Date(ms).toISOString();
}
