import { Hono } from 'hono';
import { AppError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { SIMULATION_PREFIX } from '../../wire/whereby/simulation.ts';
import { authenticate, type Caller } from '../authenticate.ts';
import { HttpFailure } from '../http-failure.ts';
import type { KeyedWrite } from '../keyed-write.ts';
import { toWherebyBody, WherebyFailure } from './failure.ts';
import { serveFiles } from './files.ts';
import { serveInsights } from './insights.ts';
import { serveMeetings } from './meetings.ts';
import type { WherebyApp, WherebyEnvironment, WherebyService } from './operation.ts';
import { createPointCounter, type PointBudget } from './points.ts';
import { serveRecordings } from './recordings.ts';
import { serveSimulation } from './simulation.ts';
import { serveSummaries } from './summaries.ts';
import { serveThemes } from './themes.ts';
import { serveTranscriptions } from './transcriptions.ts';
import { serveWebhookAdministration } from './webhooks.ts';

export interface WherebyServiceOptions extends Pick<WherebyService, 'store' | 'now' | 'publicUrl'> {
  /** `Date.now` when absent. */
  readonly processNow?: () => number;
  /** Nothing is limited when it is absent. */
  readonly budget?: PointBudget;
  /** Who may drive rooms by `/v1-simulation`: the owner of this process alone, or also whoever has a key, in their own rooms. */
  readonly simulation?: 'owner' | 'keys';
  /** See `createWherebyJobs`; without it deliveries wait for the job that looks for them. */
  readonly onDeliveries?: WherebyService['onDeliveries'];
  /** Told of every failure that is a bug of ours; standard error when absent. */
  readonly onBug?: (error: unknown) => void;
  /** Told of every change that came with a key. */
  readonly onKeyedWrite?: (write: KeyedWrite) => void;
}

/** The Whereby-compatible service: `/v1`, the files its links lead to under `/v1-files`, and `/v1-simulation`. Like Whereby it sends no CORS headers. */
export function createWherebyService(options: WherebyServiceOptions): WherebyApp {
  const { budget, simulation = 'owner', onBug = console.error } = options;
  const service = toService(options);
  const { store } = service;
  const points = budget === undefined ? undefined : createPointCounter(store, budget, service.processNow);
  const app: WherebyApp = new Hono<WherebyEnvironment>();

  app.use('/v1/*', async (context, next) => {
    const caller = await requireKnown(store, context.req.raw, context.env);
    context.set('caller', caller);
    // What this process asks of itself is not counted.
    if (caller.access.kind !== 'in-process') {
      await points?.count(caller.id, context.req.method, (name, value) => context.header(name, value));
    }
    await next();
    const { method, path } = context.req;
    if (method === 'GET' || method === 'HEAD' || !context.res.ok || caller.access.kind === 'in-process') return;
    const effect = method === 'DELETE' ? 'destroy' : 'write';
    options.onKeyedWrite?.({ userId: caller.id, operation: `${method} ${path}`, effect, requestId: '' });
  });
  app.use(`${SIMULATION_PREFIX}/*`, async (context, next) => {
    const caller = await requireKnown(store, context.req.raw, context.env);
    if (simulation === 'owner' && caller.access.kind !== 'in-process') {
      throw new WherebyFailure(403, 'Rooms are driven by the owner of this installation only, and not with an API key.');
    }
    context.set('caller', caller);
    await next();
  });

  serveMeetings(app, service);
  serveRecordings(app, service);
  serveTranscriptions(app, service);
  serveSummaries(app, service);
  serveThemes(app, service);
  serveInsights(app, service);
  serveFiles(app, service);
  serveSimulation(app, service);
  serveWebhookAdministration(app, service);

  app.notFound((context) => context.json(toWherebyBody(new WherebyFailure(404)), 404));
  app.onError((error, context) => {
    const failure = toFailure(error);
    if (failure.status === 500) onBug(error);
    return context.json(toWherebyBody(failure), failure.status);
  });
  return app;
}

/** What the parts of the service work with. */
export function toService(options: WherebyServiceOptions): WherebyService {
  const { store, now, publicUrl, processNow = Date.now, onDeliveries = () => {} } = options;
  return { store, now, processNow, publicUrl, onDeliveries };
}

/** Whose rooms they are: the same keys as everywhere, or the user whom the owner of the process names. */
async function requireKnown(store: Store, request: Request, env: WherebyEnvironment['Bindings'] | undefined): Promise<Caller> {
  try {
    const caller = await authenticate(store, request, env?.userId);
    if (caller !== undefined) return caller;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
  }
  throw new WherebyFailure(401);
}

/** What the shared readers of bodies and queries refuse, in the words of this API. */
function toFailure(error: unknown): WherebyFailure {
  if (error instanceof WherebyFailure) return error;
  if (error instanceof AppError && error.code === 'unavailable') return new WherebyFailure(503);
  if (!(error instanceof HttpFailure)) return new WherebyFailure(500);
  return new WherebyFailure(error.status === 413 ? 413 : 400, error.plainMessage);
}
