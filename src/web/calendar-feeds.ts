import { Hono } from 'hono';
import type { WebEnvironment } from './visitor.ts';

/** Private calendars under secret addresses. */
export interface CalendarFeeds {
  /** `undefined` for a token that opens none. */
  read(token: string): Promise<{ readonly body: string; readonly etag: string } | undefined>;
}

/** `/feeds/{token}.ics`: for calendar programs, which ask often, so that an unchanged calendar is not sent again. */
export function createCalendarFeeds(feeds: CalendarFeeds): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.get('/:file', async (context) => {
    const token = /^([A-Za-z0-9_-]{20,100})\.ics$/.exec(context.req.param('file'))?.[1];
    const feed = token === undefined ? undefined : await feeds.read(token);
    if (feed === undefined) return context.text('There is no calendar at this address. `kalends feeds show` prints the right one.\n', 404);
    const headers = { etag: feed.etag, 'cache-control': 'private, no-cache', 'x-robots-tag': 'noindex' };
    if (isKnown(context.req.header('if-none-match'), feed.etag)) return context.body(null, 304, headers);
    return context.body(feed.body, 200, {
      ...headers,
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': 'inline; filename="kalends.ics"',
    });
  });

  return app;
}

/** Compared weakly (RFC 9110 §13.1.2): a proxy that packs an answer marks its tag. */
function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag) ?? false;
}
