import { z } from 'zod';
import { defineJob, type Job } from '../jobs/index.ts';
import { getFeed, takeDueFeeds } from '../store/calendars.ts';
import { type FeedPorts, REFRESH_MS, refreshFeed } from './refresh.ts';

const AT_ONCE = 200;

/** Every feed is fetched every quarter of an hour; give them to `createJobs`. */
export function createFeedJobs(ports: FeedPorts): readonly Job[] {
  const { store, processNow } = ports;
  const fetch = defineJob({
    name: 'feeds.fetch',
    schema: z.object({ feedId: z.number() }),
    // A failure is written down, and the next round is the next attempt.
    retry: { attempts: 2, delaySeconds: 30, maximumDelaySeconds: 30 },
    concurrency: 2,
    run: async ({ feedId }, { signal }) => {
      const feed = await getFeed(store.db, feedId);
      if (feed !== undefined) await refreshFeed(ports, feed, signal);
    },
  });
  const refresh = defineJob({
    name: 'feeds.refresh',
    schema: z.object({}),
    cron: '* * * * *',
    concurrency: 1,
    run: async (_data, { queue }) => {
      const now = processNow();
      // Taken and sent together: a feed is fetched by one process, and not forgotten by a crash in between.
      await store.transaction(async (tx) => {
        for (const feedId of await takeDueFeeds(tx, { now, nextFetchAt: now + REFRESH_MS, limit: AT_ONCE })) {
          await queue.send(fetch, { feedId }, { tx });
        }
      });
    },
  });
  return [fetch, refresh] as readonly Job[];
}
