import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedStream, createOutgoing } from './index.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a TCP port
}

const allowed = createGuardedStream(createOutgoing({ allowPrivate: '127.0.0.1' }));

describe('the guarded stream', () => {
  it('gives the pieces of an answer as they come', async () => {
    const url = await listen((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${request.method}\n\n`);
    });
    const end = new AbortController();
    const answer = await allowed(url, { method: 'POST', body: '{}', signal: end.signal });
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('data: POST\n\n');
    end.abort();
    await expect(reader?.read()).rejects.toThrow();
  });

  it('follows no redirect, and passes answers without a body', async () => {
    const url = await listen((request, response) => {
      response.writeHead(request.url === '/none' ? 204 : 302, { location: 'http://127.0.0.1:1/' });
      response.end();
    });
    expect((await allowed(`${url}/none`)).status).toBe(204);
    expect((await allowed(url)).status).toBe(302);
  });

  it('reaches nothing that the guard refuses, by its address or by its name', async () => {
    let calls = 0;
    const url = await listen((_request, response) => {
      calls += 1;
      response.end();
    });
    const named = createOutgoing({ resolve: async () => ['127.0.0.1'] });
    await expect(createGuardedStream(createOutgoing())(url)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(createGuardedStream(named)(url.replace('127.0.0.1', 'inside.example'))).rejects.toMatchObject({ code: 'forbidden' });
    expect(calls).toBe(0);
  });
});
