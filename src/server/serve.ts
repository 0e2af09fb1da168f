import type { Context, Hono, Next } from 'hono';
import type { z } from 'zod';
import { toStorableText } from '../store/sql-values.ts';
import type { Store } from '../store/store.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { type Caller, requireCaller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, toAttempt } from './idempotency.ts';
import type { Identity } from './identify.ts';
import { createRelay, type Relay } from './relay.ts';
import { readBody } from './request-body.ts';
import { readQuery } from './request-query.ts';
import { type ValidationStyle, validate } from './validate.ts';
import { isRouted } from './versions.ts';

/** What the owner of the process says of a request; it cannot come from the network. */
export interface ServiceEnv {
  /** The in-process caller. */
  readonly userId?: number;
  /** The other end of the connection. */
  readonly remoteAddress?: string;
  /** Of a request the service sends itself for another one: see `createRelay`. */
  readonly identity?: Identity;
}

/** What every handler works with. */
export interface Service {
  readonly store: Store;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** Never stands still, unlike the domain clock; `Date.now` when absent. */
  readonly processNow?: () => number;
  /** Origin of links in answers. */
  readonly publicUrl: string;
  /** Told when a key took another's place, so that whoever keeps the old one can keep the new one. */
  readonly onApiKeyRefreshed?: (refreshed: RefreshedApiKey) => void;
  /** Told that something may have changed: the outbox is looked at without waiting. */
  readonly onWrite?: (() => void) | undefined;
  /** False where messages are only kept. */
  readonly canSendMail?: boolean;
}

export interface RefreshedApiKey {
  /** SHA-256 as the database has it, see `hashApiKey`. */
  readonly oldKeyHash: string;
  readonly newKey: string;
}

/** What Hono carries along with a request. */
export interface ServiceEnvironment {
  readonly Bindings: ServiceEnv;
  readonly Variables: {
    readonly identity: Identity;
    /** Operations on this method and path that the asked version does not have. */
    readonly passed: readonly Route[] | undefined;
  };
}

export type App = Hono<ServiceEnvironment>;

/** An operation as it is mounted. */
export interface Route {
  readonly endpoint: Endpoint;
  /** Reads query and body first, and throws a 400 when they are not the operation's. */
  readonly answer: (context: Context<ServiceEnvironment>) => Promise<Response>;
  readonly isWellFormed: (context: Context<ServiceEnvironment>) => Promise<boolean>;
}

interface Call<E extends Endpoint, Who> {
  readonly caller: Who;
  readonly params: Readonly<Record<string, string>>;
  readonly query: z.output<E['query']>;
  readonly body: z.output<E['body']>;
  /** A member of the query came under another name than the endpoint's own: see `aliases`. */
  readonly isAliased: boolean;
  /** Names the request, so that a repetition is known: see `once`. */
  readonly attempt: () => Attempt;
  /** Asks another operation for the same caller. */
  readonly relay: Relay;
  /** Adds a header to the answer. */
  readonly setHeader: (name: string, value: string) => void;
}

interface Serving<E extends Endpoint, Who> {
  readonly style?: ValidationStyle;
  /** Other names under which members of the query or the body are known; the proper one wins. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** What to do about a body that the endpoint does not take, where that can be told from the body. */
  readonly bodyHint?: (body: unknown) => string | undefined;
  /** Replaces the endpoint's query schema where the query itself decides which one it is. */
  readonly querySchema?: (query: Readonly<Record<string, unknown>>) => z.ZodType<z.output<E['query']>>;
  readonly answer: (call: Call<E, Who>) => Promise<z.output<E['response']>>;
}

/** Answers an endpoint for signed-in callers. */
export function serve<E extends Endpoint>(app: App, service: Service, endpoint: E, serving: Serving<E, Caller>): void {
  mount(app, service, endpoint, { ...serving, isPublic: false }, requireCaller);
}

/** Answers an endpoint for everybody; a caller may be known. */
export function servePublic<E extends Endpoint>(app: App, service: Service, endpoint: E, serving: Serving<E, Caller | undefined>): void {
  mount(app, service, endpoint, { ...serving, isPublic: true }, (caller) => caller);
}

export interface MountedEndpoint {
  readonly endpoint: Endpoint;
  /** It needs no key. */
  readonly isPublic: boolean;
}

const mounted = new WeakMap<Service, readonly MountedEndpoint[]>();

/** What the service answers, in the order it was mounted. */
export function endpointsOf(service: Service): readonly MountedEndpoint[] {
  return mounted.get(service) ?? [];
}

function mount<E extends Endpoint, Who>(
  app: App,
  service: Service,
  endpoint: E,
  { style = 'tree', aliases = {}, bodyHint, querySchema, answer, isPublic }: Serving<E, Who> & { readonly isPublic: boolean },
  admitCaller: (caller: Caller | undefined) => Who,
): void {
  mounted.set(service, [...endpointsOf(service), { endpoint, isPublic }]);

  const read = async (request: Request) => {
    const url = new URL(request.url);
    const givenQuery = readQuery(url);
    const rawQuery = rename(givenQuery, aliases);
    const schema = querySchema?.(rawQuery) ?? endpoint.query;
    const query = schema.type === 'undefined' ? undefined : validate(schema, rawQuery, style);
    const body = await readInput(endpoint, request, { style, aliases, bodyHint });
    return { query, body, isAliased: rawQuery !== givenQuery };
  };

  const respond = async (context: Context<ServiceEnvironment>, params: Readonly<Record<string, string>>): Promise<Response> => {
    const request = context.req.raw;
    const identity = context.get('identity');
    const { caller, refusal, credential } = identity;
    if (refusal !== undefined) throw refusal;
    const admitted = admitCaller(caller);
    const input = await read(request);
    const sent = endpoint.body.type === 'undefined' ? undefined : await readBody(request);
    const call = {
      caller: admitted,
      params,
      ...input,
      attempt: () => toAttempt(request, sent, credential),
      relay: createRelay(app, request, identity),
      setHeader: (name: string, value: string) => context.header(name, value),
    };
    // Query and body were read by the endpoint's own schemas, so they have its types.
    const answered: unknown = await answer(call as Call<E, Who>);
    return context.json(answered, toStatus(endpoint.status));
  };

  app.on(endpoint.method, endpoint.path, async (context: Context<ServiceEnvironment>, next: Next) => {
    // What comes after `next` has parameters of its own.
    const params = Object.fromEntries(Object.entries(context.req.param()).map(([name, value]) => [name, toStorableText(value)]));
    if (isRouted(context.req.raw, endpoint)) return await respond(context, params);
    const route: Route = {
      endpoint,
      answer: (later) => respond(later, params),
      isWellFormed: (later) => succeeds(() => read(later.req.raw)),
    };
    context.set('passed', [...(context.get('passed') ?? []), route]);
    return await next();
  });
}

async function succeeds(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof HttpFailure) return false;
    throw error;
  }
}

interface Reading {
  readonly style: ValidationStyle;
  readonly aliases: Readonly<Record<string, string>>;
  readonly bodyHint: ((body: unknown) => string | undefined) | undefined;
}

async function readInput(endpoint: Endpoint, request: Request, { style, aliases, bodyHint }: Reading): Promise<unknown> {
  if (endpoint.method === 'GET' || endpoint.body.type === 'undefined') return undefined;
  const body = await readBody(request);
  if (body === undefined) {
    if (endpoint.body.safeParse(undefined).success) return undefined;
    throw new HttpFailure(400, 'Body is required');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    if (endpoint.body.type === 'unknown') return body;
    throw new HttpFailure(400, 'Body should be an object');
  }
  const hint = bodyHint?.(body);
  if (hint !== undefined) throw new HttpFailure(400, hint);
  return validate(endpoint.body, rename({ ...body }, aliases), style);
}

/** The proper names in place of others; the same object where there are none. */
function rename<Given extends Readonly<Record<string, unknown>>>(
  given: Given,
  aliases: Readonly<Record<string, string>>,
): Given | Readonly<Record<string, unknown>> {
  const entries = Object.entries(given);
  const properName = (name: string): string | undefined => {
    const proper = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
    return proper === undefined || Object.hasOwn(given, proper) ? undefined : proper;
  };
  if (!entries.some(([name]) => properName(name) !== undefined)) return given;
  return Object.fromEntries(entries.map(([name, value]) => [properName(name) ?? name, value]));
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
