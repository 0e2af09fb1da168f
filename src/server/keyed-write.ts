import type { Context } from 'hono';
import type { ServiceEnvironment } from './serve.ts';

/** A change that somebody made with a key. */
export interface KeyedWrite {
  readonly userId: number;
  /** `POST /v2/bookings` */
  readonly operation: string;
  readonly effect: 'write' | 'destroy';
  readonly requestId: string;
}

const DESTROYING = /\/(?:cancel|decline|delete)$/;

/** What an answered request changed; absent where it changed nothing, has no user, or comes from this process itself. */
export function toKeyedWrite(context: Context<ServiceEnvironment>, requestId: string): KeyedWrite | undefined {
  const { method, path } = context.req;
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || !context.res.ok) return undefined;
  // Neither is there where the request never came so far, whatever the types say.
  const env: ServiceEnvironment['Bindings'] | undefined = context.env;
  const identity: ServiceEnvironment['Variables']['identity'] | undefined = context.get('identity');
  if (env?.userId !== undefined || env?.identity !== undefined || identity?.caller === undefined) return undefined;
  const effect = method === 'DELETE' || DESTROYING.test(path) ? 'destroy' : 'write';
  return { userId: identity.caller.id, operation: `${method} ${path}`, effect, requestId };
}
