import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { saveFeeds } from '../store/calendars.ts';
import { grantCredits } from '../store/credits.ts';
import { createEventType } from '../store/event-types.ts';
import { resetFeedToken } from '../store/feeds.ts';
import { createOutOfOffice } from '../store/out-of-office.ts';
import { createPrivateLink } from '../store/private-links.ts';
import { setReminderHours } from '../store/reminders.ts';
import { putReservation } from '../store/reservations.ts';
import { journalEntry } from '../store/sample-journal.fixture.ts';
import { createSchedule, deleteSchedule, updateSchedule } from '../store/schedules.ts';
import { saveScript } from '../store/scripts.ts';
import { getSetting, setSetting } from '../store/settings.ts';
import { openStore, type Store, type Transaction } from '../store/store.ts';
import { createTeam } from '../store/teams.ts';
import { testSeedArchive } from '../store/test-engines.ts';
import { createUser, firstUser, updateUser } from '../store/users.ts';
import { createWebhook } from '../store/webhooks.ts';
import { createWherebyRoom } from '../store/whereby-rooms.ts';
import { createWherebyWebhook } from '../store/whereby-webhooks.ts';
import { fillDemonstration } from './demonstration.ts';
import { ensureFirstUser } from './first-user.ts';
import { checkNew } from './new-installation.ts';

/** A Monday. */
const NOW = Date.parse('2030-01-07T08:00:00Z');
const now = NOW;
const OLIVIA = { username: 'olivia', name: 'Olivia Owner', email: 'olivia@example.com', timeZone: 'Europe/Amsterdam' };
const userId = 1;
const HINT = 'Make the demonstration in a directory of its own: KALENDS_HOME=~/kalends-demo kalends demo';

const webhook = {
  ...{ userId, eventTypeId: null, subscriberUrl: 'https://example.com/secret', triggers: ['MEETING_STARTED'], active: true },
  ...{ secret: null, payloadTemplate: null, version: '2021-10-20', now },
};
const room = { userId, name: '/mine', mode: 'group', isViewerMode: false, isLocked: false, settings: {}, endAt: NOW, now } as const;
const script = {
  ...{ userId, name: 'ring', description: '', source: 'return 1', args: {}, account: null, cron: null, zone: null },
  ...{ triggers: ['MEETING_STARTED'], attempts: 1, delaySeconds: 1, nextAt: null, processNow: NOW },
};
const reservation = { uid: 'held', eventTypeId: 2, hostIds: [1], startAt: NOW, endAt: NOW + 1, reservedUntil: NOW + 1, isSeat: false };
const absence = { userId, startAt: Date.UTC(2030, 6, 1), endAt: Date.UTC(2030, 6, 2), notes: null, reason: 'travel', toUserId: null, now };

/** One use of each kind, and what is found of it. */
const USES: Readonly<Record<string, (tx: Transaction) => Promise<unknown>>> = {
  'there is an event type "coffee"': (tx) => createEventType(tx, { userId, slug: 'coffee', title: 'Coffee', lengthMinutes: 5, now }),
  'the event type "30min" was changed': (tx) => tx.updateTable('event_types').set({ length_minutes: 31 }).where('id', '=', 2).execute(),
  'the event type "60min" is gone': (tx) => tx.deleteFrom('event_types').where('id', '=', 3).execute(),
  'there is a schedule "Mine"': (tx) => createSchedule(tx, { userId, name: 'Mine', timeZone: 'UTC', hours: [], isDefault: false, now }),
  'the schedule "Working hours" was changed': (tx) => updateSchedule(tx, 1, { hours: [], now }),
  'the schedule "Working hours" is gone': (tx) => deleteSchedule(tx, 1),
  'the user "olivia" was changed': (tx) => updateUser(tx, 1, { bio: 'I was here.', now: NOW + 1 }),
  'there is a user "tom" beside the first': (tx) => createUser(tx, { ...OLIVIA, username: 'tom', email: 'tom@example.com', now }),
  'there is a team "ours"': (tx) => createTeam(tx, { name: 'Ours', slug: 'ours', timeZone: 'UTC', ownerId: 1, now }),
  'there is a webhook "…"': (tx) => createWebhook(tx, webhook),
  'there is a webhook "…" of rooms': (tx) =>
    createWherebyWebhook(tx, { userId, url: 'https://example.com/secret', secret: 's', events: [], active: true, now }),
  'there is a room "/mine"': (tx) => createWherebyRoom(tx, room),
  'there is a script "ring"': (tx) => saveScript(tx, script),
  'a calendar is connected, "1"': (tx) =>
    saveFeeds(tx, { userId, readOnly: true, feeds: [{ url: 'https://example.com/secret', name: null, busy: [] }], now, nextFetchAt: now }),
  'the calendar is given out as a feed': (tx) => resetFeedToken(tx, { userId, now }),
  'there is an out-of-office entry "1"': (tx) => createOutOfOffice(tx, absence),
  'there is a private link "…"': (tx) => createPrivateLink(tx, { eventTypeId: 1, end: { expiresAt: null, maximumUses: 1 }, now }),
  'a slot is reserved, "held"': (tx) => putReservation(tx, { ...reservation, userId, now }),
  'the ledger of credits has an entry "1"': (tx) => grantCredits(tx, { userId, credits: 1, now }),
  'the setting "reminder-hours" was made': (tx) => setReminderHours(tx, { userId, hours: 24, now }),
};

async function open(): Promise<Store> {
  const opened = await openStore({ memory: true, seedArchive: await testSeedArchive() });
  await ensureFirstUser(opened, { ...OLIVIA, apiKey: 'cal_000000000000000000000000', now });
  return opened;
}

describe('an installation is not new where', () => {
  let store: Store;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());

  // What was used is gone with the transaction that is refused.
  it.each(Object.entries(USES))('%s', async (sign, use) => {
    const error: unknown = await store
      .transaction(async (tx) => {
        await use(tx);
        const owner = await firstUser(tx);
        if (owner !== undefined) await checkNew(tx, owner);
      })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'conflict', hint: HINT });
    const message = error instanceof Error ? error.message : '';
    expect(message.replace(/"[0-9a-f-]{36}"|"[\w-]{22}"/, '"…"')).toBe(`This installation is not new: ${sign}.`);
    expect(message).not.toContain('secret');
  });
});

describe('a demonstration', () => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const count = async () => (await store.db.selectFrom('bookings').select('uid').execute()).length;
  async function refusal(): Promise<string> {
    const error: unknown = await fillDemonstration(store, { now }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'conflict', hint: HINT });
    expect(await count()).toBe(0);
    return error instanceof Error ? error.message : '';
  }

  it('is refused where something was written through a tool', async () => {
    await store.journal.begin(journalEntry(userId));
    expect(await refusal()).toBe('This installation is not new: the journal of writes has an entry "1".');
  });

  it('is refused where something was made and deleted: its number is used', async () => {
    await store.transaction(async (tx) =>
      deleteSchedule(tx, (await createSchedule(tx, { ...OLIVIA, userId, hours: [], isDefault: false, now })).id),
    );
    expect(await refusal()).toBe('This installation is not new: the schedule that examples call "2" would be "3".');
  });

  it('is made where reminders were switched on and off again, and where the installation has run', async () => {
    await store.transaction(async (tx) => {
      await setReminderHours(tx, { userId, hours: undefined, now });
      await setSetting(tx, { key: 'meetings-seen-until', value: NOW, now });
    });
    await fillDemonstration(store, { now });
    expect(await count()).toBe(7);
    expect(await getSetting(store.db, { key: 'meetings-seen-until' })).toBe(NOW);
  });

  it('is made once when it is asked for twice at once', async () => {
    const results = await Promise.allSettled([1, 2].map(() => fillDemonstration(store, { now })));
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await count()).toBe(7);
  });
});
