import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutgoing } from './index.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port; // it listens on a TCP port
}

const ruleOf = (work: Promise<unknown>) =>
  work.then(
    () => 'allowed',
    (error: { details?: { rule?: string }; code?: string }) => error.details?.rule ?? error.code,
  );

describe('an address that others chose', () => {
  it.each([
    ['http://127.0.0.1/', 'loopback'],
    ['http://127.8.9.10/', 'loopback'],
    ['http://2130706433/', 'loopback'],
    ['http://0x7f.1/', 'loopback'],
    ['http://0177.0.0.1/', 'loopback'],
    ['http://127.1/', 'loopback'],
    ['http://127.0.0.1./', 'loopback'],
    ['http://①②⑦.0.0.1/', 'loopback'],
    ['http://user:word@127.0.0.1/', 'loopback'],
    ['http://[::1]/', 'loopback'],
    ['http://[0:0:0:0:0:0:0:1]/', 'loopback'],
    ['http://[::ffff:127.0.0.1]/', 'loopback'],
    ['http://[::ffff:7f00:1]/', 'loopback'],
    ['http://[::7f00:1]/', 'loopback'],
    ['http://[64:ff9b::7f00:1]/', 'loopback'],
    ['http://10.0.0.1/', 'private'],
    ['http://172.16.0.1/', 'private'],
    ['http://172.31.255.255/', 'private'],
    ['http://192.168.1.1/', 'private'],
    ['http://[::ffff:192.168.1.1]/', 'private'],
    ['http://[fc00::1]/', 'private'],
    ['http://[fd12:3456::1]/', 'private'],
    ['http://[fec0::1]/', 'private'],
    ['http://169.254.1.1/', 'link-local'],
    ['http://[fe80::1]/', 'link-local'],
    ['http://169.254.169.254/latest/meta-data/', 'metadata'],
    ['http://[::ffff:169.254.169.254]/', 'metadata'],
    ['http://[64:ff9b::a9fe:a9fe]/', 'metadata'],
    ['http://[fd00:ec2::254]/', 'metadata'],
    ['http://100.100.100.200/', 'metadata'],
    ['http://168.63.129.16/', 'metadata'],
    ['http://100.64.0.1/', 'carrier-nat'],
    ['http://100.127.255.255/', 'carrier-nat'],
    ['http://0.0.0.0/', 'unspecified'],
    ['http://0/', 'unspecified'],
    ['http://[::]/', 'unspecified'],
    ['http://255.255.255.255/', 'multicast'],
    ['http://224.0.0.1/', 'multicast'],
    ['http://[ff02::1]/', 'multicast'],
    ['http://192.0.2.1/', 'reserved'],
    ['http://198.18.0.1/', 'reserved'],
    ['http://240.0.0.1/', 'reserved'],
    ['http://[2001:db8::1]/', 'reserved'],
    ['http://[2002:7f00:1::]/', 'reserved'],
    ['http://[2001::1]/', 'reserved'],
    ['http://[100::1]/', 'reserved'],
    ['http://[4000::1]/', 'reserved'],
    ['ftp://8.8.8.8/', 'invalid_input'],
    ['file:///etc/passwd', 'invalid_input'],
    ['//8.8.8.8/', 'invalid_input'],
    ['', 'invalid_input'],
    ['http://8.8.8.8/', 'allowed'],
    ['http://172.32.0.1/', 'allowed'],
    ['http://[2606:4700::1111]/', 'allowed'],
    ['http://[64:ff9b::808:808]/', 'allowed'],
  ])('%s: %s', async (url, verdict) => {
    const outgoing = createOutgoing();
    expect(await ruleOf(outgoing.check(url))).toBe(verdict);
    if (verdict !== 'allowed') expect(await ruleOf(outgoing.request(url))).toBe(verdict);
  });

  it('is refused with the rule, the address and the way out', async () => {
    const { request } = createOutgoing({ resolve: async () => ['93.184.215.14', '10.1.2.3'] });
    await expect(request('https://hooks.example.com/x?key=secret')).rejects.toMatchObject({
      code: 'forbidden',
      message:
        '"hooks.example.com" stands for 10.1.2.3, an address of a private network, which is not called on behalf of others (rule "private").',
      hint: expect.stringContaining('KALENDS_WEBHOOK_ALLOW_PRIVATE'),
      details: { rule: 'private', host: 'hooks.example.com', address: '10.1.2.3' },
    });
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1/', 'allowed'],
    ['127.0.0.0/8, ::1', 'http://127.9.9.9/', 'allowed'],
    ['127.0.0.0/8 [::1]', 'http://[::1]/', 'allowed'],
    ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]/', 'allowed'],
    ['10.0.0.0/8', 'http://192.168.0.1/', 'private'],
    ['10.0.0.0/8', 'http://inside.example/', 'allowed'],
    ['inside.example', 'http://inside.example/', 'allowed'],
    ['inside.example', 'http://INSIDE.example./', 'allowed'],
    ['*.example', 'http://inside.example/', 'allowed'],
    ['example', 'http://inside.example/', 'private'],
    ['inside.example', 'http://10.0.0.7/', 'private'],
    ['meta.example', 'http://meta.example/', 'metadata'],
    ['169.254.169.254', 'http://meta.example/', 'allowed'],
  ])('listed as %j: %s: %s', async (allowPrivate, url, verdict) => {
    const resolve = async (host: string) => [host.startsWith('meta') ? '169.254.169.254' : '10.0.0.7'];
    expect(await ruleOf(createOutgoing({ allowPrivate, resolve }).check(url))).toBe(verdict);
  });

  it.each(['300.1.1.1', 'a b c/d', 'http://x', '10.0.0.0/33', 'ex*mple'])('a list with %j is refused', (allowPrivate) => {
    expect(() => createOutgoing({ allowPrivate })).toThrow('KALENDS_WEBHOOK_ALLOW_PRIVATE has "');
  });
});

describe('a call', () => {
  it('goes to the address that was checked, whatever the name says a moment later', async () => {
    const seen: string[] = [];
    const port = await listen((request, response) => {
      seen.push(request.headers.host ?? '');
      response.end('inside');
    });
    const answers = [['93.184.215.14'], ['127.0.0.1']];
    let asked = 0;
    const { check, request } = createOutgoing({ resolve: async () => answers[Math.min(asked++, 1)] ?? [] });
    await check(`http://rebinding.example:${port}/`);
    expect(await ruleOf(request(`http://rebinding.example:${port}/`))).toBe('loopback');
    expect([asked, seen]).toEqual([2, []]);
  });

  it('asks for the name once and sends the name as Host', async () => {
    const seen: string[] = [];
    const port = await listen((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host}`);
      response.writeHead(201, { 'x-answer': 'yes' }).end('made');
    });
    let asked = 0;
    const { request } = createOutgoing({
      allowPrivate: 'inside.example',
      resolve: async () => [['127.0.0.1'], ['8.8.8.8']][asked++] ?? [],
    });
    const answer = await request(`http://inside.example:${port}/hook?a=1`, { method: 'POST', body: '{}' });
    expect([answer.status, answer.headers['x-answer'], answer.body.toString(), answer.isTruncated]).toEqual([201, 'yes', 'made', false]);
    expect([asked, seen]).toEqual([1, [`POST /hook?a=1 inside.example:${port}`]]);
  });

  it('follows no redirect', async () => {
    const seen: string[] = [];
    const port = await listen((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const { request } = createOutgoing({ allowPrivate: '127.0.0.1' });
    expect((await request(`http://127.0.0.1:${port}/first`)).status).toBe(302);
    expect(seen).toEqual(['/first']);
  });

  it('ends after its time, also when the answer only drips', async () => {
    const port = await listen((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const { request } = createOutgoing({ allowPrivate: '127.0.0.1' });
    const startedAt = performance.now();
    await expect(request(`http://127.0.0.1:${port}/`, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
      message: `"127.0.0.1:${port}" did not answer within 0.2 seconds.`,
    });
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  it('reads no more than it was asked to', async () => {
    const port = await listen((_request, response) => response.end('x'.repeat(5_000_000)));
    const { request } = createOutgoing({ allowPrivate: '127.0.0.1' });
    const answer = await request(`http://127.0.0.1:${port}/`, { maximumBytes: 1000 });
    expect([answer.body.length, answer.isTruncated]).toEqual([1000, true]);
  });

  it('says what went wrong', async () => {
    const port = await listen((request) => request.socket.destroy());
    const { request } = createOutgoing({ allowPrivate: '127.0.0.1' });
    await expect(request(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'upstream',
      message: expect.stringContaining('hang up'),
    });
    const cancelled = request(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  });
});
