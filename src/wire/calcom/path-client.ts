import { z } from 'zod';
import type { Client } from '../client.ts';
import { endpoint } from '../endpoint.ts';
import { findOperation } from './operations.ts';

/** A call by its path, for what has no method of its own. */
export interface PathCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** "/v2/bookings/bkg_8x2m", percent-encoded where it must be. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  /** Instead of the one that belongs to the path: "2024-08-13". */
  readonly version?: string | undefined;
}

interface Call {
  readonly signal?: AbortSignal | undefined;
}

export interface PathClient {
  /** The whole answer, whatever it is. */
  callPath(request: PathCall, call?: Call): Promise<unknown>;
}

export function pathsOf(client: Client): PathClient {
  return {
    async callPath({ method, path, query, body, version = versionOf(method, path) }, call) {
      const definition = endpoint({
        method,
        // A colon begins a parameter in an endpoint's path.
        path: path.replaceAll(':', '%3A'),
        versions: version === undefined ? [] : [version],
        query: z.record(z.string(), z.unknown()).optional(),
        body: z.unknown(),
        response: z.unknown(),
      });
      return await client.call(definition, { query: query === undefined ? undefined : { ...query }, body }, call);
    },
  };
}

/** What stands first in the path, where the operation itself is not known. */
const VERSIONS: Readonly<Record<string, string>> = {
  bookings: '2024-08-13',
  'event-types': '2024-06-14',
  schedules: '2024-06-11',
  slots: '2024-09-04',
};

/** The `cal-api-version` a path needs: the newest of those it is known under; `undefined` where every version reaches it. */
export function versionOf(method: string, path: string): string | undefined {
  const operation = findOperation(method, path);
  const isOld = operation?.version === '2024-04-15' && operation.state === 'old';
  if (operation !== undefined && !isOld) return operation.version === '' ? undefined : operation.version;
  return isOld ? operation.version : VERSIONS[path.split('/')[2] ?? ''];
}
