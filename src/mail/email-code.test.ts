import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addHost, bookingBody, type TestHost } from '../server/service.fixture.ts';
import { listMails } from '../store/mails.ts';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { startTestOffice, type TestOffice } from './office.fixture.ts';

const TEN = '2050-09-05T08:00:00Z';

describe.each(testEngines)('booking with a proved address on $engine', ({ start }) => {
  let engine: TestEngine;
  let office: TestOffice;
  let host: TestHost;
  let people = 0;

  beforeAll(async () => {
    engine = await start();
    office = await startTestOffice({ store: await engine.openStore() });
  }, 60_000);

  beforeEach(async () => {
    host = await addHost(office, { options: { requiresBookerEmailVerification: true } });
    office.server.received.length = 0;
    people += 1;
  });

  afterAll(async () => {
    expect(office.failures).toEqual([]);
    expect(office.bugs).toEqual([]);
    await office.close();
    await engine.stop();
  });

  const email = () => `person${people}@example.com`;

  async function ask(given: Readonly<Record<string, unknown>> = {}, key?: string) {
    const attendee = { name: 'Ada', email: email(), timeZone: 'Europe/Rome' };
    const answer = await office.call('POST /v2/bookings', { key, body: bookingBody(host, TEN, { attendee, ...given }) });
    await office.settled();
    return answer;
  }

  function sentCode(): string {
    const text = office.server.received.find((mail) => mail.to.includes(email()))?.parts['text/plain'] ?? '';
    return /Code:\s+(\d{6})/.exec(text)?.[1] ?? '';
  }

  it('sends a code, books with it once, and keeps it nowhere', async () => {
    const refused = await ask();
    expect(refused).toMatchObject({ status: 400, body: { error: { message: 'email_verification_required' } } });
    expect(refused.body.message).toContain(`A code was sent to "${email()}"`);
    const code = sentCode();
    expect(code).toMatch(/^\d{6}$/);
    expect(await ask()).toMatchObject({ status: 400 });
    expect(office.server.received).toHaveLength(1);

    const wrong = await ask({ emailVerificationCode: code === '000000' ? '000001' : '000000' });
    expect(wrong).toMatchObject({ status: 400, body: { error: { message: 'invalid_verification_code' } } });
    const made = await ask({ emailVerificationCode: code });
    expect(made).toMatchObject({ status: 201 });
    const again = await ask({ emailVerificationCode: code });
    expect(again.body.data.uid).toBe(made.body.data.uid);
    const other = await ask({ emailVerificationCode: code, start: '2050-09-05T10:00:00Z' });
    expect(other).toMatchObject({ status: 400, body: { error: { message: 'invalid_verification_code' } } });
    const kept = (await listMails(office.store.db, host.user.id, { limit: 50 })).filter(({ kind }) => kind === 'code');
    expect(kept.map(({ state }) => state)).toEqual(['sent']);
    expect(kept.map(({ text, html }) => text + html).join()).not.toContain(code);
  });

  it('asks neither the host nor somebody whose time is not free', async () => {
    expect(await ask({}, host.key)).toMatchObject({ status: 201 });
    expect(await ask()).toMatchObject({ status: 400, body: { error: { details: { reason: 'not_available' } } } });
    expect(office.server.received.filter((mail) => mail.headers.subject?.startsWith('Your code'))).toEqual([]);
  });

  it('takes no code after ten wrong ones, also when all are sent at once', async () => {
    await ask();
    const code = sentCode();
    const guesses = Array.from({ length: 12 }, (_, index) => String((Number(code) + 1 + index) % 1_000_000).padStart(6, '0'));
    await Promise.all(guesses.map((emailVerificationCode) => ask({ emailVerificationCode })));
    expect(await ask({ emailVerificationCode: code })).toMatchObject({ status: 400 });
  });

  it('proves no other address, and no other event type', async () => {
    await ask();
    const code = sentCode();
    const attendee = { name: 'Bob', email: `other${people}@example.com`, timeZone: 'Europe/Rome' };
    expect(await ask({ emailVerificationCode: code, attendee })).toMatchObject({ status: 400 });
    const elsewhere = await addHost(office, { options: { requiresBookerEmailVerification: true } });
    expect(await ask({ emailVerificationCode: code, eventTypeId: elsewhere.eventTypeId })).toMatchObject({ status: 400 });
    expect(await ask({ emailVerificationCode: code })).toMatchObject({ status: 201 });
  });

  it('needs an address to prove', async () => {
    const attendee = { name: 'Ada', phoneNumber: '+31612345678', timeZone: 'Europe/Rome' };
    const refused = await ask({ attendee });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: 'email_verification_required' } } });
    expect(refused.body.message).toContain('attendee.email');
  });
});
