import type { Context } from 'hono';
import { findOperation } from '../wire/calcom/operations.ts';
import { HttpFailure } from './http-failure.ts';
import type { Route, ServiceEnvironment } from './serve.ts';
import { newestFirst, toNotFound, toVersionHint } from './versions.ts';

/** Says in which version the answered operation stands. */
export const NOTICE = 'Kalends-Notice';

/**
 * Answers what no operation of the asked version takes. The API says 404 there; where the request is well formed for another version of that path,
 * that one is served with a notice, unless `isStrict`. What is not built yet is a 501 that names the operation.
 */
export function answerUnrouted({ isStrict }: { readonly isStrict: boolean }) {
  return async (context: Context<ServiceEnvironment>): Promise<Response> => {
    const request = context.req.raw;
    const others = newestFirst(context.get('passed') ?? []);
    const [newest] = others;
    if (newest !== undefined) {
      const route = isStrict ? undefined : await firstWellFormed(others, context);
      if (route === undefined) throw toNotFound(request, toVersionHint(request, newest.endpoint));
      context.header(NOTICE, toVersionHint(request, route.endpoint).replace(/[^\x20-\x7e]/g, '?'));
      return await route.answer(context);
    }
    const { pathname } = new URL(request.url);
    const operation = findOperation(request.method, pathname);
    if (operation?.state !== 'later') throw toNotFound(request);
    const name = `${operation.method} ${operation.path}`;
    throw new HttpFailure(501, `${name} is not implemented by this service yet. GET /v2/openapi.json lists what it answers.`, {
      details: { operation: name },
    });
  };
}

async function firstWellFormed(routes: readonly Route[], context: Context<ServiceEnvironment>): Promise<Route | undefined> {
  for (const route of routes) {
    if (await route.isWellFormed(context)) return route;
  }
  return undefined;
}
