import pg from 'pg';
import { createService } from '../src/server/index.ts';
import { openStore } from '../src/store/store.ts';
import { type DiaryHost, NOW } from './diary.ts';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What the service sends to PostgreSQL between the beginning and the end of a booking's transaction. */
export interface RecordedTransaction {
  readonly host: DiaryHost;
  readonly start: number;
  readonly statements: readonly Statement[];
}

/** Books once with each host, through the service and without anything that follows, and writes down the statements. `startFor` says when. */
export async function recordTransactions(
  databaseUrl: string,
  { hosts, startFor }: { readonly hosts: readonly DiaryHost[]; readonly startFor: () => number },
): Promise<readonly RecordedTransaction[]> {
  const store = await openStore({ databaseUrl, poolSize: 1 });
  const service = createService({ store, now: () => NOW, publicUrl: 'http://127.0.0.1' });
  const recorder = startRecorder();
  try {
    const transactions: RecordedTransaction[] = [];
    for (const host of hosts) {
      const start = startFor();
      recorder.take();
      const attendee = { name: 'Guest', email: `guest${start}@example.com`, timeZone: 'Europe/London' };
      const answer = await service.request('/v2/bookings', {
        method: 'POST',
        headers: { 'cal-api-version': '2024-08-13', 'content-type': 'application/json' },
        body: JSON.stringify({ eventTypeId: host.eventTypeId, start: new Date(start).toISOString(), attendee }),
      });
      if (answer.status !== 201) throw new Error(`A booking was answered with ${answer.status}: ${await answer.text()}`);
      transactions.push({ host, start, statements: withinTransaction(recorder.take()) });
    }
    return transactions;
  } finally {
    recorder.stop();
    await store.close();
  }
}

function withinTransaction(statements: readonly Statement[]): readonly Statement[] {
  const texts = statements.map(({ text }) => text);
  return statements.slice(texts.indexOf('begin') + 1, texts.lastIndexOf('commit'));
}

interface Recorder {
  /** What was sent since the last time. */
  take(): readonly Statement[];
  stop(): void;
}

/** Listens where all statements come by: whatever the service sends in the future is recorded too. */
function startRecorder(): Recorder {
  let statements: Statement[] = [];
  const { prototype } = pg.Client;
  const original: (...given: never) => unknown = prototype.query;
  const listening = function (this: pg.Client, ...given: readonly [string | Statement, (readonly unknown[])?]) {
    const [statement, values = []] = given;
    statements.push(typeof statement === 'string' ? { text: statement, values } : { text: statement.text, values: statement.values });
    return Reflect.apply(original, this, given);
  };
  // The store sends texts and prepared statements, and waits for promises: two of the many forms that the method takes.
  prototype.query = listening as typeof prototype.query;
  return {
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
    stop() {
      prototype.query = original as typeof prototype.query;
    },
  };
}
