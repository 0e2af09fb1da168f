import type { BookingRooms } from './automation/index.ts';
import { createFeedJobs } from './feeds/index.ts';
import { createJobs, type JobFailure, type Jobs } from './jobs/index.ts';
import { createMailJobs, type MailSettings } from './mail/index.ts';
import type { Outgoing } from './outgoing/index.ts';
import { createWebhookJobs } from './server/index.ts';
import { createWherebyJobs, type WherebyJobs } from './server/whereby/index.ts';
import type { Store } from './store/store.ts';

export interface BackgroundParts {
  readonly store: Store;
  readonly now: () => number;
  readonly outgoing: Outgoing;
  readonly publicUrl: string;
  readonly mail: MailSettings;
  /** Rooms for bookings. */
  readonly bookingRooms: Pick<BookingRooms, 'jobs' | 'consumers'>;
  /** Saved scripts; absent: there are none. */
  readonly scripts?: Pick<BookingRooms, 'jobs' | 'consumers'>;
  /** The longest wait for a job that became due by itself; see `createJobs`. */
  readonly pollMs?: number;
}

export interface Background extends Jobs {
  /** Sends what happened in rooms; for the Whereby-compatible service. */
  readonly announceRooms: ReturnType<WherebyJobs['announce']>;
}

/** Everything that is done beside the requests. */
export function createBackground(background: BackgroundParts): Background {
  const { store, now, outgoing, publicUrl, mail: settings, bookingRooms, scripts, pollMs } = background;
  const ports = { store, now, processNow: Date.now };
  const mail = createMailJobs({ ...ports, settings, publicUrl: () => publicUrl });
  const feeds = { jobs: createFeedJobs({ ...ports, outgoing }), consumers: [] };
  const whereby = createWherebyJobs({ ...ports, outgoing });
  const rooms = { jobs: whereby.jobs, consumers: [] };
  const parts = [
    createWebhookJobs({ store, outgoing, publicUrl }),
    mail,
    feeds,
    rooms,
    bookingRooms,
    ...(scripts === undefined ? [] : [scripts]),
  ];
  const jobs = createJobs({
    store,
    now,
    jobs: parts.flatMap((part) => part.jobs),
    consumers: parts.flatMap((part) => part.consumers),
    onFailure: reportFailure,
    ...(pollMs === undefined ? {} : { pollMs }),
  });
  return {
    ...jobs,
    announceRooms: whereby.announce(jobs),
    async stop() {
      await jobs.stop();
      await mail.close();
    },
  };
}

/** An attempt that others follow is no news; who wants to know finds it in the delivery. */
function reportFailure({ job, id, isLast, error }: JobFailure): void {
  if (isLast || id === '') console.error(`${job}${id === '' ? '' : ` ${id}`} failed:`, error);
}

/** The first requests come first: on the embedded database everything shares one connection. */
const START_DELAY_MS = 300;

/** Starts the jobs a moment later; the answer stops them, started or not. */
export function startSoon(jobs: Jobs): () => Promise<void> {
  const timer = setTimeout(() => {
    jobs.start().catch((error: unknown) => reportFailure({ job: 'queue', id: '', attempt: 0, isLast: true, error }));
  }, START_DELAY_MS);
  return async () => {
    clearTimeout(timer);
    await jobs.stop();
  };
}
