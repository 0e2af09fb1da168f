/**
 * A service that is going to be killed: subscribes one webhook to a new host's bookings and books without end, one acknowledged uid a line.
 * Arguments: the data directory or database URL, the receiver's URL, and "silent" to run no jobs.
 */
import { addHost, bookingBody } from '../src/server/service.fixture.ts';
import { startDelivering } from '../src/server/webhooks.fixture.ts';
import { openStore } from '../src/store/store.ts';
import { testSeedArchive } from '../src/store/test-engines.ts';

const [place = '', receiver = '', mode] = process.argv.slice(2);
const where = place.startsWith('postgres://') ? { databaseUrl: place } : { home: place, seedArchive: await testSeedArchive() };
const service = await startDelivering(await openStore(where), { isSilent: mode === 'silent', attempts: 12 });
const host = await addHost(service);
const webhook = { active: true, subscriberUrl: receiver, triggers: ['BOOKING_CREATED'] };
await service.call('POST /v2/webhooks', { key: host.key, version: null, body: webhook });

for (let slot = 0; ; slot++) {
  // Eight hours of each weekday.
  const day = Math.floor(slot / 6);
  const start = Date.UTC(2050, 8, 5 + Math.floor(day / 5) * 7 + (day % 5), 7 + (slot % 6));
  const { status, body } = await service.call('POST /v2/bookings', { body: bookingBody(host, new Date(start).toISOString()) });
  if (status !== 201) throw new Error(`The booking was answered ${status}: ${body.message}`);
  process.stdout.write(`${body.data.uid}\n`);
}
