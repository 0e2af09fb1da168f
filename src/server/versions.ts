import type { Endpoint } from '../wire/endpoint.ts';
import { HttpFailure } from './http-failure.ts';

/** What a request without a version, or with an unknown one, means. */
export const OLDEST = '2024-04-15';

const KNOWN = [OLDEST, '2024-06-11', '2024-06-14', '2024-08-13', '2024-09-04', '2026-02-25'];

/** The version a request's `cal-api-version` header stands for. */
export function resolveVersion(header: string | null): string {
  const value = header?.trim() ?? '';
  return KNOWN.includes(value) ? value : OLDEST;
}

/** Whether the version a request asks for has this operation. */
export function isRouted(request: Request, { versions }: Pick<Endpoint, 'versions'>): boolean {
  return versions.length === 0 || versions.includes(resolveVersion(request.headers.get('cal-api-version')));
}

/** Operations on one path, the newest first: what a modern client means by it. */
export function newestFirst<Route extends { readonly endpoint: Pick<Endpoint, 'versions'> }>(routes: readonly Route[]): readonly Route[] {
  const age = ({ endpoint }: Route) => endpoint.versions.toSorted().at(-1) ?? '';
  return routes.toSorted((one, other) => (age(one) < age(other) ? 1 : -1));
}

/** What was sent in place of the right version, and the right one: a sentence for a header or a message. */
export function toVersionHint(request: Request, { versions }: Pick<Endpoint, 'versions'>): string {
  const header = request.headers.get('cal-api-version');
  const sent =
    header === null
      ? 'it was missing'
      : KNOWN.includes(header.trim())
        ? `it was "${header.trim()}"`
        : `"${header.trim()}" is no version of this API`;
  return `Set the header "cal-api-version: ${versions[0] ?? OLDEST}" for ${request.method} ${new URL(request.url).pathname}; ${sent}.`;
}

/** No operation answers this method, path and version. */
export function toNotFound(request: Request, hint?: string): HttpFailure {
  const { pathname, search } = new URL(request.url);
  const message = `Cannot ${request.method} ${pathname}${search}`;
  const explained = hint === undefined ? message : `${message}. ${hint}`;
  return new HttpFailure(404, explained, { details: { message, ...(hint === undefined ? {} : { hint }) } });
}
