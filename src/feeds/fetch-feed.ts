import { AppError } from '../errors.ts';
import type { Outgoing } from '../outgoing/index.ts';

const MAXIMUM_BYTES = 5_000_000;
const TIMEOUT_MS = 15_000;
const MAXIMUM_REDIRECTS = 3;

/** The address as it is fetched: `webcal:` is how programs write a calendar's `https:`. Throws `invalid_input`. */
export function toFeedUrl(text: string): string {
  const url = text.trim().replace(/^webcals?:\/\//i, 'https://');
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw new AppError(
    'invalid_input',
    `"${text.slice(0, 200)}" is no address of a calendar: it must start with https://, http:// or webcal://.`,
  );
}

/** The text of a calendar. Every address on the way is guarded, redirects too. */
export async function fetchFeed(outgoing: Outgoing, address: string, signal?: AbortSignal): Promise<string> {
  let url = address;
  for (let hop = 0; hop <= MAXIMUM_REDIRECTS; hop += 1) {
    const { status, headers, body, isTruncated } = await outgoing.request(url, {
      headers: { accept: 'text/calendar, text/plain;q=0.5', 'user-agent': 'Kalends' },
      timeoutMs: TIMEOUT_MS,
      maximumBytes: MAXIMUM_BYTES,
      ...(signal === undefined ? {} : { signal }),
    });
    const { host } = new URL(url);
    if (isTruncated) throw new AppError('upstream', `The calendar at "${host}" is larger than ${MAXIMUM_BYTES / 1_000_000} megabytes.`);
    if (status >= 200 && status < 300) return new TextDecoder().decode(body);
    const { location } = headers;
    if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url)) {
      throw new AppError('upstream', `"${host}" answered with status ${status} instead of a calendar.`);
    }
    url = new URL(location, url).href;
  }
  throw new AppError('upstream', `"${new URL(address).host}" redirects more than ${MAXIMUM_REDIRECTS} times.`);
}
