import { Agent, request } from 'node:http';

/** What one client asked for and was told. `status` 0: no answer came, so nobody knows whether it happened. */
export interface Act {
  readonly kind: 'create' | 'reschedule' | 'cancel' | 'confirm';
  readonly status: number;
  /** The booking that was acted on; of a creation the new one. */
  readonly uid: string;
  /** The booking that a reschedule made. */
  readonly newUid?: string;
  readonly start?: string;
  readonly message?: string;
}

export interface LoadOptions {
  /** Where the service answers; asked for every request, because it may come back elsewhere. */
  readonly addresses: () => readonly string[];
  readonly apiKey: string;
  /** One that books at once and one whose bookings wait for the host, of the same host. */
  readonly eventTypeIds: readonly [number, number];
  readonly starts: readonly string[];
  readonly clients: number;
  readonly random: () => number;
  /** Told of each act as it is answered; false ends the load. */
  readonly onAct: (act: Act) => boolean;
}

/** Mixed creations, reschedulings, cancellations and confirmations by many clients over a few slots, until `onAct` has had enough. */
export async function runLoad(options: LoadOptions): Promise<void> {
  const { apiKey, addresses, eventTypeIds, starts, random, onAct } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: options.clients });
  const known: { readonly uid: string; readonly waits: boolean }[] = [];
  let goesOn = true;
  let count = 0;
  /** Mostly forgotten once it is over; sometimes somebody tries again. */
  const forget = (uid: string) => {
    const index = random() < 0.9 ? known.findIndex((booking) => booking.uid === uid) : -1;
    if (index >= 0) known.splice(index, 1);
  };
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('Nothing to choose from.');
    return item;
  };

  async function act(): Promise<Act> {
    const address = pick(addresses());
    const send = (path: string, body: unknown) => post({ agent, url: `${address}/v2/bookings${path}`, apiKey, body });
    const dice = known.length === 0 ? 0 : random();
    const start = pick(starts);
    if (dice < 0.45) {
      const eventTypeId = pick(eventTypeIds);
      const attendee = { name: 'Racer', email: `racer-${count++}-${Math.floor(random() * 1e9)}@example.com`, timeZone: 'UTC' };
      // Without the host's key, as guests book: the host's own bookings need no confirmation.
      const answer = await post({ agent, url: `${address}/v2/bookings`, body: { eventTypeId, start, attendee } });
      if (answer.uid !== '') known.push({ uid: answer.uid, waits: eventTypeId === eventTypeIds[1] });
      return { kind: 'create', start, ...answer };
    }
    const booking = pick(known);
    if (dice < 0.65) {
      const { uid: newUid, ...answer } = await send(`/${booking.uid}/reschedule`, { start });
      if (newUid !== '') {
        forget(booking.uid);
        known.push({ uid: newUid, waits: false });
      }
      return { kind: 'reschedule', ...answer, uid: booking.uid, newUid, start };
    }
    if (dice < 0.88) {
      const answer = await send(`/${booking.uid}/cancel`, { cancellationReason: 'no time' });
      if (answer.status > 0) forget(booking.uid);
      return { kind: 'cancel', ...answer, uid: booking.uid };
    }
    const waiting = known.filter(({ waits }) => waits);
    const chosen = waiting.length === 0 ? booking : pick(waiting);
    return { kind: 'confirm', ...(await send(`/${chosen.uid}/confirm`, {})), uid: chosen.uid };
  }

  await Promise.all(
    Array.from({ length: options.clients }, async () => {
      while (goesOn) {
        const done = await act();
        if (!onAct(done)) goesOn = false;
        // Nobody is there: wait for the service to come back.
        if (done.status === 0) await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }),
  );
  agent.destroy();
}

interface Post {
  readonly agent: Agent;
  readonly url: string;
  readonly apiKey?: string;
  readonly body: unknown;
}

function post({ agent, url, apiKey, body }: Post): Promise<{ readonly status: number; readonly uid: string; readonly message?: string }> {
  return new Promise((resolve) => {
    const lost = (error?: NodeJS.ErrnoException) => resolve({ status: 0, uid: '', message: error?.code ?? 'cut off' });
    const headers = {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', lost);
      response.on('end', () => {
        if (!response.complete) return lost();
        const answer: { data?: { uid?: string }; message?: string } = JSON.parse(text);
        const { message } = answer;
        resolve({ status: response.statusCode ?? 0, uid: answer.data?.uid ?? '', ...(message === undefined ? {} : { message }) });
      });
    });
    sent.on('error', lost);
    sent.end(JSON.stringify(body));
  });
}

/** The same numbers for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
