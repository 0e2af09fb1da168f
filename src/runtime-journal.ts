import type { Store } from './store/store.ts';
import { emailsOfUsers } from './store/users.ts';
import type { Gate, GateParts } from './toolkit/gate.ts';
import type { WireWrite } from './toolkit/journal.ts';
import type { Principal } from './toolkit/tool.ts';

export interface JournalKeepingParts {
  readonly store: Store;
  /** Asked once everything stands. */
  readonly gate: () => Pick<Gate, 'reconcile'>;
  readonly principal: (userId: number) => Promise<Principal | undefined>;
}

/** What the journal needs beside the gate. */
export interface JournalKeeping {
  readonly contacts: NonNullable<GateParts['contacts']>;
  /** What came on the wire, with a key: written down a moment later, so that no request waits for it. */
  noteWire(write: Omit<WireWrite, 'at'>): void;
  /** What a person should know about writes that a crash broke off. */
  notices(): readonly string[];
  close(): Promise<void>;
}

/** Requests come first. */
const START_DELAY_MS = 300;
const RECONCILE_EVERY_MS = 5 * 60_000;
/** Longer than any write runs: where several processes share a database, one without an outcome may be another's that is under way. */
const LONGEST_WRITE_MS = 15 * 60_000;

export function createJournalKeeping({ store, gate, principal }: JournalKeepingParts): JournalKeeping {
  const startedAt = Date.now();
  const isShared = store.engine === 'postgres';
  const wire = createWireLog(store);
  let notices: readonly string[] = [];
  let running: Promise<void> = Promise.resolve();

  const look = async () => {
    const before = isShared ? Date.now() - LONGEST_WRITE_MS : startedAt;
    const found = await gate().reconcile({ before, principal });
    notices = [...new Set([...notices, ...found])];
  };
  const lookSoon = () => {
    running = running.then(look).catch((error: unknown) => console.error('The journal could not be reconciled:', error));
  };
  const first = setTimeout(lookSoon, START_DELAY_MS);
  const timer = setInterval(lookSoon, RECONCILE_EVERY_MS);
  timer.unref();

  return {
    contacts: (_principal, addresses) => emailsOfUsers(store.db, addresses),
    noteWire: wire.add,
    notices: () => notices,
    async close() {
      clearTimeout(first);
      clearInterval(timer);
      await running;
      await wire.close();
    },
  };
}

const FLUSH_MS = 1000;
const BATCH = 500;
/** When the database is away for long: what is beyond it is said and forgotten. */
const MOST_WAITING = 20_000;

/** Collects what came on the wire and writes it down together: under load one row would cost a request as much as its booking. */
function createWireLog({ journal }: Pick<Store, 'journal'>) {
  let waiting: WireWrite[] = [];
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    timer = undefined;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      await journal.addWire(batch);
      waiting = waiting.slice(batch.length);
    }
  }

  function flushSoon(): void {
    timer ??= setTimeout(() => {
      flushing = flushing.then(flush).catch((error: unknown) => {
        console.error('What came on the wire could not be journalled yet:', error);
        timer = undefined;
      });
    }, FLUSH_MS);
  }

  return {
    add(write: Omit<WireWrite, 'at'>): void {
      if (waiting.length >= MOST_WAITING) console.error(`"${write.operation}" is not journalled: ${MOST_WAITING} writes wait already.`);
      else waiting.push({ ...write, at: Date.now() });
      flushSoon();
    },
    async close(): Promise<void> {
      clearTimeout(timer);
      await flushing;
      // Where the database is away, the rest of the process must still come to its end.
      await flush().catch((error: unknown) => console.error('What came on the wire last is not journalled:', error));
    },
  };
}
