import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createGuardedFetch, createOutgoing } from './index.ts';

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

const allowed = createGuardedFetch(createOutgoing({ allowPrivate: '127.0.0.1' }));

describe('the guarded fetch', () => {
  it('sends method, headers and body, and gives back status, headers and body', async () => {
    const url = await listen(async (request, response) => {
      let body = '';
      for await (const part of request) body += part;
      response.writeHead(201, {
        'x-seen': `${request.method} ${request.headers.authorization} ${request.headers['content-length']} ${body}`,
      });
      response.end('{"made":true}');
    });
    const answer = await allowed(new Request(url, { method: 'POST', headers: { authorization: 'Bearer x' }, body: '{"ä":1}' }));
    expect([answer.status, answer.headers.get('x-seen'), await answer.json()]).toEqual([
      201,
      expect.stringContaining('POST Bearer x 8 '),
      { made: true },
    ]);
  });

  it('gives back answers without a body, and redirects as they are', async () => {
    const url = await listen((request, response) => {
      response.writeHead(request.url === '/none' ? 204 : 302, request.url === '/none' ? {} : { location: 'http://127.0.0.1:1/' });
      response.end();
    });
    expect((await allowed(new Request(`${url}/none`))).status).toBe(204);
    expect((await allowed(new Request(`${url}/moved`))).status).toBe(302);
  });

  it('throws the refusal of the guard as it is, and the failures of the network as theirs', async () => {
    const refused = createGuardedFetch(createOutgoing());
    await expect(refused(new Request('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'forbidden' });
    await expect(allowed(new Request('http://127.0.0.1:1/'))).rejects.toMatchObject({ code: 'ECONNREFUSED', syscall: 'connect' });
    const url = await listen((request) => request.socket.resetAndDestroy());
    await expect(allowed(new Request(url))).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
