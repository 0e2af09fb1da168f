import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createJobs, type JobFailure, type Jobs } from '../jobs/index.ts';
import { createOutgoing } from '../outgoing/index.ts';
import type { Store } from '../store/store.ts';
import { type TestService, toTestService } from './service.fixture.ts';
import { createWebhookJobs } from './webhook-jobs.ts';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  /** The exact text. */
  readonly text: string;
}

/** A real receiver of webhooks on the loopback address. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What it answers next, again and again; an empty list answers 200. */
  readonly answers: number[];
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: number[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, text });
      const status = answers.length > 1 ? answers.shift() : answers[0];
      response.writeHead(status ?? 200, status === 302 ? { location: '/elsewhere' } : {}).end('thank you');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on a TCP port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export interface DeliveringService extends TestService {
  readonly jobs: Jobs;
  readonly failures: JobFailure[];
}

/** The service with its jobs, which retry after a second instead of half a minute; a silent one delivers nothing. */
export async function startDelivering(store: Store, { attempts = 3, isSilent = false } = {}): Promise<DeliveringService> {
  const outgoing = createOutgoing({ allowPrivate: '127.0.0.1' });
  const failures: JobFailure[] = [];
  let wake: () => void = () => {};
  const service = toTestService(store, { outgoing, onWrite: () => wake() });
  const retry = { attempts, delaySeconds: 0, maximumDelaySeconds: 1 };
  const jobs = createJobs({
    store,
    now: () => service.clock.now,
    ...createWebhookJobs({ store, outgoing, publicUrl: 'http://cal.test', retry }),
    onFailure: (failure) => failures.push(failure),
    pollMs: 100,
    sweepMs: 100,
  });
  wake = jobs.wake;
  if (!isSilent) await jobs.start();
  return {
    ...service,
    jobs,
    failures,
    async close() {
      await jobs.stop();
      await service.close();
    },
  };
}
