import { createServer } from 'node:http';
import { AppError, toErrorEnvelope } from '../errors.ts';
import { openHome } from './home.ts';
import { releaseLock, takeLock } from './lock.ts';

/**
 * Keeps every owner away from a data directory while this process works on its files; throws `already_running` when there is one. Commands that ask
 * meanwhile hear what they hear of an owner that is about to leave: they wait and come again.
 */
export async function holdHome(path: string): Promise<{ readonly home: string; release(): Promise<void> }> {
  const home = openHome(path);
  const busy = new AppError('unavailable', 'Another command works on the data of Kalends.', { details: { stopping: true } });
  const server = createServer((_request, response) => {
    response.writeHead(busy.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: toErrorEnvelope(busy) }));
  });
  const record = await takeLock(server, { home });
  return {
    home,
    async release() {
      releaseLock(record);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
