import { Hono } from 'hono';
import { AppError } from '../errors.ts';
import { enterBody, guestBody, hereBody, lockBody, lookBody, type RoomDoor, visitBody } from '../server/whereby/index.ts';
import { readBody } from './request-body.ts';
import type { StaticFiles } from './static-files.ts';
import type { WebEnvironment } from './visitor.ts';

/** Beside the app's own page, see `ui/vite.config.ts`. */
const PAGE = '/room.html';

/**
 * `/rooms/{name}`: where a `roomUrl` leads. It knows no session and no cookie: a host is who has a host's link. Secrets travel in bodies only, so that
 * no log of addresses has them, but for the `roomKey` of the link itself, which the page takes out of the address at once.
 */
export function createRoomPages(door: RoomDoor, files: StaticFiles): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.use(async (context, next) => {
    await next();
    context.res.headers.set('cache-control', 'no-store');
    context.res.headers.set('x-robots-tag', 'noindex, nofollow');
  });

  app.get('/:name', async (context) => {
    const page = files.servePage(new Request(context.req.url), PAGE);
    if (page === undefined) throw new AppError('unavailable', 'The page of the rooms is not built yet.', { hint: 'Run `npm run build`.' });
    // The page says it in words.
    const room = await door.look(context.req.param('name'), {});
    return new Response(page.body, { status: room === undefined ? 404 : room.isOpen ? 200 : 410, headers: page.headers });
  });

  app.post('/:name/look', async (context) => {
    const name = context.req.param('name');
    const view = await door.look(name, await readBody(context.req.raw, lookBody));
    if (view === undefined) throw new AppError('not_found', `There is no room "${name}".`, { hint: 'Ask for the link again.' });
    return context.json(view);
  });

  app.post('/:name/enter', async (context) => {
    const body = await readBody(context.req.raw, enterBody);
    const userAgent = (context.req.header('user-agent') ?? '').slice(0, 500);
    return context.json(await door.enter(context.req.param('name'), { ...body, userAgent }));
  });

  app.post('/:name/here', async (context) => {
    const body = await readBody(context.req.raw, hereBody);
    return context.json(await door.here(context.req.param('name'), { ...body, signal: context.req.raw.signal }));
  });

  app.post('/:name/away', async (context) => {
    const { visit } = await readBody(context.req.raw, visitBody);
    await door.away(context.req.param('name'), visit);
    return context.body(null, 204);
  });

  app.post('/:name/leave', async (context) => {
    const { visit } = await readBody(context.req.raw, visitBody);
    return context.json(await door.leave(context.req.param('name'), visit));
  });

  app.post('/:name/lock', async (context) =>
    context.json(await door.lock(context.req.param('name'), await readBody(context.req.raw, lockBody))),
  );

  app.post('/:name/admit', async (context) =>
    context.json(await door.admit(context.req.param('name'), await readBody(context.req.raw, guestBody))),
  );

  app.post('/:name/turn-away', async (context) =>
    context.json(await door.turnAway(context.req.param('name'), await readBody(context.req.raw, guestBody))),
  );

  return app;
}
