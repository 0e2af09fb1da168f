import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createJobs, type Jobs } from '../../jobs/index.ts';
import { createOutgoing } from '../../outgoing/index.ts';
import { createReplayMemory, SIGNATURE_HEADER, verifyMessage, webhookEvent } from '../../wire/whereby/index.ts';
import { createWherebyJobs, type WherebyJobs } from './deliveries.ts';
import { HOUR, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

interface Received {
  readonly header: string | undefined;
  readonly body: Buffer;
}

let whereby: TestWhereby;
let ada: WherebyPerson;
let wherebyJobs: WherebyJobs;
let jobs: Jobs;
let receiver: Server;
let url: string;
const received: Received[] = [];
const answers: number[] = [];
let announce: ReturnType<WherebyJobs['announce']> = () => {};

/** However busy the machine is. */
const eventually = (look: () => unknown) => expect.poll(look, { timeout: 20_000 });

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    received.push({ header: request.headers[SIGNATURE_HEADER]?.toString(), body: Buffer.concat(parts) });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address object.
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;

  whereby = await startWhereby({ onDeliveries: (deliveries) => announce(deliveries), processNow: Date.now });
  ada = await whereby.addPerson('ada');
  const { store, clock } = whereby;
  const outgoing = createOutgoing({ allowPrivate: '127.0.0.1' });
  const retry = { attempts: 3, delaySeconds: 0, maximumDelaySeconds: 1 };
  wherebyJobs = createWherebyJobs({ store, outgoing, now: () => clock.now, retry });
  jobs = createJobs({ store, now: () => clock.now, jobs: wherebyJobs.jobs, consumers: [], onFailure: () => {}, pollMs: 50 });
  await jobs.start();
  announce = wherebyJobs.announce(jobs);
});

afterEach(() => {
  received.length = 0;
  answers.length = 0;
  whereby.clock.now = START;
});

afterAll(async () => {
  await jobs.stop();
  await whereby.close();
  await new Promise((resolve) => receiver.close(resolve));
});

const secret = 'a secret of the test';
const endDate = new Date(START + HOUR).toISOString();

async function subscribe(events?: readonly string[]): Promise<string> {
  const { body } = await ada.act('POST /webhooks', { url, secret, ...(events === undefined ? {} : { events }) });
  return body.webhookId;
}

async function statesOf(webhookId: string): Promise<readonly (readonly [string, string, number])[]> {
  const { body } = await ada.act('GET /deliveries');
  return body
    .filter((delivery: { webhookId: string }) => delivery.webhookId === webhookId)
    .map(({ type, state, attempts }: { type: string; state: string; attempts: number }) => [type, state, attempts]);
}

describe('a webhook', () => {
  it('hears of all that happens, in messages whose signature holds once', async () => {
    const webhookId = await subscribe();
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    await ada.join(roomName, { displayName: 'Ada' });
    await ada.join(roomName, { displayName: 'Zoë 🎈', metadata: 'a=b' });
    await ada.act(`POST /rooms${roomName}/recording/start`);
    await ada.act(`POST /rooms${roomName}/transcription/start`);
    await ada.act(`POST /rooms${roomName}/assistant`);
    await ada.act(`POST /rooms${roomName}/end`);
    await eventually(() => received.length).toBe(10);

    const replays = createReplayMemory();
    const types: string[] = [];
    for (const message of received) {
      const verification = { secret, now: Date.now(), replays };
      expect(await verifyMessage({ header: message.header, body: message.body }, verification)).toMatchObject({ ok: true });
      expect(await verifyMessage({ header: message.header, body: message.body }, verification)).toEqual({ ok: false, reason: 'replayed' });
      types.push(webhookEvent.parse(JSON.parse(message.body.toString())).type);
    }
    expect(types.toSorted()).toEqual([
      'assistant.requested',
      'recording.finished',
      'room.client.joined',
      'room.client.joined',
      'room.client.left',
      'room.client.left',
      'room.session.ended',
      'room.session.started',
      'transcription.finished',
      'transcription.started',
    ]);
    await ada.act(`DELETE /webhooks/${webhookId}`);
    expect((await ada.act('GET /webhooks')).body).toEqual([]);
  });

  it('is told twice more when the receiver fails, and no more than that', async () => {
    const webhookId = await subscribe(['room.client.joined', 'room.client.left']);
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    answers.push(500, 503, 200);
    const { participantId } = await ada.join(roomName, { displayName: 'Ada' });
    await eventually(() => statesOf(webhookId)).toEqual([['room.client.joined', 'delivered', 3]]);
    const [first, ...others] = received.map(({ body }) => body.toString());
    expect(others).toEqual([first, first]);
    answers.push(500, 502, 500, 200);
    await ada.act(`POST /rooms${roomName}/participants/${participantId}/leave`);
    await eventually(async () => (await statesOf(webhookId))[0]).toEqual(['room.client.left', 'dead', 3]);
    await ada.act(`DELETE /webhooks/${webhookId}`);
  });

  it('that refuses a message is not asked again', async () => {
    const webhookId = await subscribe(['room.client.joined']);
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    answers.push(404);
    await ada.join(roomName, { displayName: 'Ada' });
    await eventually(() => statesOf(webhookId)).toEqual([['room.client.joined', 'dead', 1]]);
    await ada.act(`DELETE /webhooks/${webhookId}`);
  });

  it('hears also of what nobody sent, because the process ended in between', async () => {
    const webhookId = await subscribe(['room.client.knocked']);
    const { roomName = '' } = await ada.client.createMeeting({ endDate, isLocked: true });
    const whole = announce;
    announce = () => {};
    await ada.act(`POST /rooms${roomName}/knock`, { displayName: 'Bob' });
    announce = whole;
    expect(await statesOf(webhookId)).toEqual([['room.client.knocked', 'pending', 0]]);
    const tend = wherebyJobs.jobs.find(({ name }) => name === 'whereby.tend') ?? expect.fail('no such job');
    await sql`update whereby_deliveries set created_at = created_at - interval '1 minute'`.execute(whereby.store.db);
    await jobs.send(tend, {});
    await eventually(() => statesOf(webhookId)).toEqual([['room.client.knocked', 'delivered', 1]]);
    await ada.act(`DELETE /webhooks/${webhookId}`);
  });

  it('at an address that may not be called is refused when it is told', async () => {
    const { body } = await ada.act('POST /webhooks', { url: 'http://169.254.169.254/latest', events: ['room.client.joined'] });
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    await ada.join(roomName, { displayName: 'Ada' });
    await eventually(() => statesOf(body.webhookId)).toEqual([['room.client.joined', 'dead', 1]]);
    expect((await ada.act('POST /webhooks', { url: 'ftp://example.com' })).status).toBe(400);
    await ada.act(`DELETE /webhooks/${body.webhookId}`);
  });

  it('hears nothing of what happens later than an hour after the end of the room', async () => {
    const webhookId = await subscribe();
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    await ada.join(roomName, { displayName: 'Ada' });
    await ada.join(roomName, { displayName: 'Bob' });
    await eventually(() => statesOf(webhookId)).toHaveLength(3);
    whereby.clock.now = START + 2 * HOUR;
    await jobs.send(wherebyJobs.jobs[1] ?? expect.fail('no such job'), {});
    await eventually(async () => (await ada.client.listSessionInsights({ roomName })).results[0]?.endedAt).toBe('2030-01-08T11:00:00.000Z');
    expect(await statesOf(webhookId)).toHaveLength(3);
    await ada.act(`DELETE /webhooks/${webhookId}`);
  });
});
