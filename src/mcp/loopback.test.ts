import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Loopback, openLoopback } from './loopback.ts';

const STATE = 'a-state-of-some-length';
let door: Loopback;

beforeEach(async () => {
  door = await openLoopback({ state: STATE });
});

afterEach(() => door.close());

/** The status of what is written as it is; a proper client would mend the address. */
async function knock(target: string, { method = 'GET', host = new URL(door.url).host } = {}): Promise<number> {
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  socket.end(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await once(socket, 'close');
  return Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);
}

it.each(['//', '///', '//?state=x', '/\\', 'http://[', '*', '/callback/'])('turns away %s, and waits on', async (target) => {
  expect(await knock(target)).toBe(404);
  expect(await knock(target, { host: 'evil.example' })).toBe(404);
  expect(await knock(`/callback?state=${STATE}`, { method: 'POST' })).toBe(404);
  expect(await knock('/callback?state=x')).toBe(400);
  const visiting = knock(`/callback?state=${STATE}&code=c`);
  const { parameters, show } = await door.visit;
  expect(parameters.get('code')).toBe('c');
  show({ isGood: true, title: 'Good', text: 'Done.' });
  expect(await visiting).toBe(200);
});

it('answers twice to nobody, and outlives who leaves before the answer', async () => {
  const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
  socket.write(`GET /callback?state=${STATE}&code=c HTTP/1.1\r\nHost: ${new URL(door.url).host}\r\n\r\n`);
  const { show } = await door.visit;
  socket.destroy();
  await once(socket, 'close');
  show({ isGood: true, title: 'Good', text: 'Done.' });
  expect(await knock('/callback?state=x')).toBe(400);
});
