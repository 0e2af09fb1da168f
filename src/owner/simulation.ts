import type { Hono } from 'hono';
import { AppError, type ErrorCode } from '../errors.ts';
import type { DoorEnv } from './door.ts';

/** Acts in the rooms of the person behind the socket, without a browser: a request under `/v1-simulation` of the embedded Whereby. */
export type Simulation = (request: Request) => Promise<Response>;

const PREFIX = '/simulation';

/** `/owner/simulation/…` is `/v1-simulation/…`, in the owner's own words for what fails. */
export function addSimulationRoutes(app: Hono<{ Bindings: DoorEnv }>, simulate: Simulation | undefined): void {
  app.all(`${PREFIX}/*`, async (context) => {
    if (simulate === undefined) throw new AppError('unsupported', 'There are no rooms to act in here.');
    const { method } = context.req;
    const { pathname, search } = new URL(context.req.url);
    const path = pathname.slice(pathname.indexOf(PREFIX) + PREFIX.length);
    const text = method === 'GET' ? '' : await context.req.text();
    const answer = await simulate(
      new Request(`http://kalends.local/v1-simulation${path}${search}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: text === '' ? '{}' : text }),
      }),
    );
    const said = await answer.text();
    const body: unknown = said === '' ? {} : JSON.parse(said);
    if (answer.ok) return context.json(body as object); // the service answers objects and lists
    throw new AppError(CODES[answer.status] ?? 'upstream', messageOf(body), { hint: 'List the rooms with `kalends rooms list`.' });
  });
}

const CODES: Readonly<Record<number, ErrorCode>> = { 400: 'invalid_input', 403: 'forbidden', 404: 'not_found', 409: 'conflict' };

function messageOf(body: unknown): string {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'string' ? `${error.replace(/\.?$/, '')}.` : 'That did not work.';
}
