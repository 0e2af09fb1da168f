import { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** One operation of a web API as data: our client calls it, our server answers it. */
export interface Endpoint<
  Path extends string = string,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly method: Method;
  /** `/v2/bookings/:uid` */
  readonly path: Path;
  /** Values of `cal-api-version` that reach this operation, the one our client sends first; empty when the path has no versions. */
  readonly versions: readonly string[];
  readonly query: Query;
  readonly body: Body;
  /** The whole answer of a success; unknown fields are dropped, for hosted APIs grow. */
  readonly response: Response;
  /** HTTP status of a success. */
  readonly status: number;
  /** Sending it twice does the same as once, so it may be retried like a read. */
  readonly isRepeatable: boolean;
}

interface Definition<Path extends string, Query extends z.ZodType, Body extends z.ZodType, Response extends z.ZodType> {
  readonly method: Method;
  readonly path: Path;
  readonly versions?: readonly string[];
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  readonly status?: number;
  readonly isRepeatable?: boolean;
}

/** Declares an operation. A GET is repeatable unless it says otherwise, everything else is not. */
export function endpoint<
  Path extends string,
  Response extends z.ZodType,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: Definition<Path, Query, Body, Response>): Endpoint<Path, Query, Body, Response> {
  // The defaults of Query and Body are exactly this schema, chosen when the definition leaves them out.
  const nothing: z.ZodType = z.undefined();
  return {
    method: definition.method,
    path: definition.path,
    versions: definition.versions ?? [],
    query: definition.query ?? (nothing as Query),
    body: definition.body ?? (nothing as Body),
    response: definition.response,
    status: definition.status ?? 200,
    isRepeatable: definition.isRepeatable ?? definition.method === 'GET',
  };
}

/** The `:names` of a path. */
export type PathParameters<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [Key in Name]: string | number } & PathParameters<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { readonly [Key in Name]: string | number }
    : unknown;

type Part<Name extends string, Value> = undefined extends Value
  ? { readonly [Key in Name]?: Value | undefined }
  : { readonly [Key in Name]: Value };

/** What a caller must give: the path's parameters, and query and body where the endpoint declares them. */
export type EndpointInput<E extends Endpoint> =
  E extends Endpoint<infer Path, infer Query, infer Body>
    ? (Path extends `${string}:${string}` ? { readonly params: PathParameters<Path> } : unknown) &
        Part<'query', z.input<Query>> &
        Part<'body', z.input<Body>>
    : never;

/** Path and query of a call, as it stands after the base URL. Lists become `a,b`, objects `a[b]=c`; what is undefined is left out. */
export function toRequestPath(
  path: string,
  params: Readonly<Record<string, string | number>> = {},
  query: Readonly<Record<string, unknown>> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_match, name: string) => {
    const value = params[name];
    if (value === undefined || value === '') throw new TypeError(`The path "${path}" needs a value for "${name}".`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    append(search, name, value);
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

function append(search: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') search.append(name, String(value));
  else if (Array.isArray(value)) search.append(name, value.join(','));
  else for (const [key, member] of Object.entries(value)) append(search, `${name}[${key}]`, member);
}
