import { AppError } from '../errors.ts';
import { type FeedPorts, REFRESH_MS, refreshFeed, toFeedUrl, tryFeed } from '../feeds/index.ts';
import type { Outgoing } from '../outgoing/index.ts';
import { deleteCredential, listFeeds, saveFeeds, selectCalendar } from '../store/calendars.ts';
import * as endpoints from '../wire/calcom/calendars.ts';
import type { Caller } from './authenticate.ts';
import { readBusyTimes } from './calendars-busy.ts';
import { isOwnCalendar, OWN, toConnectedCalendars, toCredential } from './calendars-output.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, serve } from './serve.ts';

const MAXIMUM_FEEDS = 50;
/** A check asked for again so soon answers what the last fetch found. */
const FRESH_MS = 10_000;
const KINDS = ['apple', 'google', 'office365'];

/** `/v2/calendars`, `/v2/selected-calendars` and `/v2/destination-calendars` */
export function serveCalendars(app: App, service: Service, outgoing: Outgoing): void {
  const { store, now, processNow = Date.now } = service;
  const ports: FeedPorts = { store, outgoing, now, processNow };

  serve(app, service, endpoints.listCalendars, {
    answer: async ({ caller }) => ok(toConnectedCalendars(caller, await listFeeds(store.db, caller.id), service.publicUrl)),
  });

  serve(app, service, endpoints.getBusyTimes, {
    answer: async ({ caller, query }) => ok(await readBusyTimes(service, caller, query)),
  });

  serve(app, service, endpoints.saveIcsFeed, {
    answer: async ({ caller, body }) => ok(toCredential(caller, await save(ports, caller, body))),
  });

  serve(app, service, endpoints.checkIcsFeed, {
    answer: async ({ caller }) => {
      await check(ports, caller);
      return { status: 'success' as const };
    },
  });

  serve(app, service, endpoints.checkCalendar, {
    answer: async ({ params }) => {
      throw notConnected(checkKind(params.calendar));
    },
  });

  serve(app, service, endpoints.disconnectCalendar, {
    answer: async ({ caller, params, body }) => {
      const kind = checkKind(params.calendar, 'ics-feed');
      if (kind !== 'ics-feed') throw notConnected(kind);
      if (await deleteCredential(store.db, caller.id, body.id)) return ok(toCredential(caller, body.id));
      throw new HttpFailure(404, `Credentials for ics-feed_calendar with id ${body.id} not found.`);
    },
  });

  const select = async (
    caller: Caller,
    name: Readonly<Record<'integration' | 'externalId', string>>,
    credentialId: number,
    on: boolean,
  ) => {
    if (isOwnCalendar(caller, { ...name, credentialId })) {
      if (!on) throw new HttpFailure(400, 'Bookings made here always block time: their own calendar cannot be left out.');
    } else if (!(await selectCalendar(store.db, { userId: caller.id, credentialId, externalId: name.externalId }, on))) {
      throw new HttpFailure(
        404,
        `There is no calendar "${name.externalId}" with credentialId ${credentialId}. GET /v2/calendars lists yours.`,
      );
    }
    return ok({ userId: caller.id, integration: name.integration, externalId: name.externalId, credentialId });
  };

  serve(app, service, endpoints.selectCalendar, {
    answer: ({ caller, body }) => select(caller, body, body.credentialId, true),
  });

  serve(app, service, endpoints.unselectCalendar, {
    answer: ({ caller, query }) => select(caller, query, query.credentialId, false),
  });

  serve(app, service, endpoints.setDestinationCalendar, {
    answer: async ({ caller, body: { integration, externalId } }) => {
      if (isOwnCalendar(caller, { integration, externalId, credentialId: OWN.credentialId })) {
        return ok({ userId: caller.id, integration, externalId, credentialId: OWN.credentialId });
      }
      throw new HttpFailure(
        404,
        `No calendar "${externalId}" of ${integration} is connected that bookings could be written to. They are in "${OWN.type}", and calendar programs can subscribe to it.`,
      );
    },
  });
}

function checkKind(kind: string | undefined, ...others: readonly string[]): string {
  const known = [...KINDS, ...others];
  if (kind !== undefined && known.includes(kind)) return kind;
  throw new HttpFailure(400, `Invalid calendar type "${kind ?? ''}", available calendars are: ${known.join(', ')}`);
}

function notConnected(kind: string): HttpFailure {
  return new HttpFailure(404, `Credentials for ${kind}_calendar not found.`);
}

/** Fetches all before any is stored: what is saved works. */
async function save(
  ports: FeedPorts,
  caller: Caller,
  { urls, readOnly = true }: { readonly urls: readonly string[]; readonly readOnly?: boolean | undefined },
): Promise<number> {
  const { store, processNow } = ports;
  const wanted = [...new Set(urls.map((url) => asBadRequest(() => toFeedUrl(url))))];
  const known = await listFeeds(store.db, caller.id);
  if (new Set([...known.map(({ url }) => url), ...wanted]).size > MAXIMUM_FEEDS) {
    throw new HttpFailure(400, `There can be ${MAXIMUM_FEEDS} feeds; disconnect some first.`);
  }
  const feeds = await Promise.all(
    wanted.map((url) =>
      tryFeed(ports, { userId: caller.id, url }).catch((error: unknown) => {
        throw toBadRequest(error);
      }),
    ),
  );
  const now = processNow();
  return await store.transaction((tx) => saveFeeds(tx, { userId: caller.id, readOnly, feeds, now, nextFetchAt: now + REFRESH_MS }));
}

async function check(ports: FeedPorts, caller: Caller): Promise<void> {
  const feeds = await listFeeds(ports.store.db, caller.id);
  if (feeds.length === 0) throw new HttpFailure(404, 'Credentials for ics-feed_calendar not found.');
  const isFresh = ({ fetchedAt }: (typeof feeds)[number]) => fetchedAt !== null && ports.processNow() - fetchedAt < FRESH_MS;
  const checked = await Promise.all(
    feeds.map(async (feed) => ({ feed, error: isFresh(feed) ? feed.lastError : await refreshFeed(ports, feed) })),
  );
  const wrong = checked.flatMap(({ feed, error }) => (error == null ? [] : [{ feed, error }]));
  if (wrong.length === 0) return;
  throw new HttpFailure(400, `Invalid ICS feed credentials. ${wrong.map(({ error }) => error).join(' ')}`, {
    plainMessage: `${wrong.map(({ error }) => error).join(' ')} What it said before still blocks time.`,
    details: {
      feeds: wrong.map(({ feed: { url, succeededAt }, error }) => ({
        externalId: url,
        error,
        lastSuccess: succeededAt === null ? null : new Date(succeededAt).toISOString(),
      })),
    },
  });
}

function asBadRequest<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toBadRequest(error);
  }
}

function toBadRequest(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return new HttpFailure(400, `${error.message}${hint}`, { details: { ...error.details }, cause: error });
}
