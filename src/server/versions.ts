import { HttpFailure } from './http-failure.ts';

/** What a request without a version, or with an unknown one, means. */
const OLDEST = '2024-04-15';

const KNOWN = [OLDEST, '2024-06-11', '2024-06-14', '2024-08-13', '2024-09-04', '2026-02-25'];

/** The version a request's `cal-api-version` header stands for. */
export function resolveVersion(header: string | null): string {
  const value = header?.trim() ?? '';
  return KNOWN.includes(value) ? value : OLDEST;
}

/** The API routes by version: a path that the asked version does not have is not found. The answer names the version that has it. */
export function checkVersion(request: Request, path: string, versions: readonly string[]): void {
  const header = request.headers.get('cal-api-version');
  if (versions.length === 0 || versions.includes(resolveVersion(header))) return;
  const sent =
    header === null ? 'it was missing' : KNOWN.includes(header.trim()) ? `it was "${header}"` : `"${header}" is no version of this API`;
  const hint = `Set the header "cal-api-version: ${versions[0]}" for ${new URL(request.url).pathname}; ${sent}.`;
  throw notFound(request, path, hint);
}

/** Paths of the oldest API that modern clients still try, and where they are now. */
const MOVED: Readonly<Record<string, string>> = {
  '/v2/slots/available':
    'Use GET /v2/slots with "eventTypeId" (or "username" and "eventTypeSlug"), "start" and "end", and the header "cal-api-version: 2024-09-04".',
};

/** The answer to a request that no route takes. */
export function toUnknownRoute(request: Request): HttpFailure {
  const { pathname, search } = new URL(request.url);
  return notFound(request, pathname + search, MOVED[pathname]);
}

function notFound(request: Request, path: string, hint: string | undefined): HttpFailure {
  const message = `Cannot ${request.method} ${path}`;
  const explained = hint === undefined ? message : `${message}. ${hint}`;
  return new HttpFailure(404, explained, { details: { message, ...(hint === undefined ? {} : { hint }) } });
}
