import type { z } from 'zod';
import { type Endpoint, type EndpointInput, toRequestPath } from '../wire/endpoint.ts';
import { type FailureStatus, HttpFailure } from './http-failure.ts';
import type { Identity } from './identify.ts';
import type { App } from './serve.ts';

/** Asks the service itself, for whoever sent the request at hand: the adapters of the old API are only other words for the present operations. */
export type Relay = <E extends Endpoint>(endpoint: E, input: EndpointInput<E>) => Promise<z.output<E['response']>>;

/** The same request in other words: same credential, same `Idempotency-Key`. A refusal is thrown as it was answered. */
export function createRelay(app: App, request: Request, identity: Identity): Relay {
  const key = request.headers.get('idempotency-key');
  return async (endpoint, input) => {
    // `EndpointInput` has these members, each where the endpoint declares it.
    const { params, query, body } = input as {
      readonly params?: Readonly<Record<string, string | number>>;
      readonly query?: Readonly<Record<string, unknown>>;
      readonly body?: unknown;
    };
    const [version] = endpoint.versions;
    const relayed = new Request(new URL(toRequestPath(endpoint.path, params, query), request.url), {
      method: endpoint.method,
      headers: {
        ...(version === undefined ? {} : { 'cal-api-version': version }),
        ...(key === null ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await app.fetch(relayed, { identity });
    const answer: unknown = await response.json();
    if (!response.ok) throw toFailure(response.status, answer);
    return endpoint.response.parse(answer) as z.output<(typeof endpoint)['response']>; // parsed by that very schema
  };
}

interface ErrorAnswer {
  readonly message: string;
  readonly error: { readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> };
}

function toFailure(status: number, answer: unknown): HttpFailure {
  // Made by `toErrorBody` of this service, with a status of `HttpFailure`.
  const { message, error } = answer as ErrorAnswer;
  return new HttpFailure(status as FailureStatus, error.message, { code: error.code, details: error.details, plainMessage: message });
}
