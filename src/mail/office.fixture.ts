import { createJobs, type JobFailure, type Jobs } from '../jobs/index.ts';
import { startTestService, type TestService, toTestService } from '../server/service.fixture.ts';
import { hasUndispatched } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { createMailJobs } from './jobs.ts';
import { type MailServer, startMailServer } from './mail-server.fixture.ts';

const OPEN = `select from kalends_jobs.job where state in ('created', 'retry', 'active') and name not like '\\_\\_%' limit 1`;

/** The service with its jobs and a mail server. */
export interface TestOffice extends TestService {
  readonly server: MailServer;
  readonly jobs: Jobs;
  readonly failures: JobFailure[];
  /** As its schedule would. */
  run(jobName: string): Promise<void>;
  /** When every change was passed on and no message waits. */
  settled(): Promise<void>;
}

export async function startTestOffice({ store, canSend = true }: { store?: Store; canSend?: boolean } = {}): Promise<TestOffice> {
  const service = store === undefined ? await startTestService() : toTestService(store);
  const server = await startMailServer();
  const mail = createMailJobs({
    store: service.store,
    settings: canSend ? { smtpUrl: server.url, from: 'Kalends <kalends@example.org>' } : {},
    publicUrl: () => 'http://cal.test',
    now: () => service.clock.now,
    processNow: Date.now,
  });
  const failures: JobFailure[] = [];
  const jobs = createJobs({
    store: service.store,
    now: () => service.clock.now,
    jobs: mail.jobs,
    consumers: mail.consumers,
    onFailure: (failure) => failures.push(failure),
    pollMs: 50,
    sweepMs: 50,
  });
  await jobs.start();
  const isBusy = async () => {
    if (await hasUndispatched(service.store.db)) return true;
    const { rows } = await service.store.executeSql(OPEN);
    return rows.length > 0;
  };
  const office: TestOffice = {
    ...service,
    server,
    jobs,
    failures,
    async run(jobName) {
      const job = mail.jobs.find(({ name }) => name === jobName);
      if (job !== undefined) await jobs.send(job, {});
      await office.settled();
    },
    async settled() {
      jobs.wake();
      for (let round = 0; round < 400 && (await isBusy()); round += 1) await new Promise((resolve) => setTimeout(resolve, 25));
    },
    async close() {
      await jobs.stop();
      await mail.close();
      await server.stop();
      await service.close();
    },
  };
  return office;
}
