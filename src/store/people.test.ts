import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, deleteApiKey, findApiKey, touchApiKey } from './api-keys.ts';
import { isDuplicate } from './conflicts.ts';
import { createEventType, findEventTypeBySlug, findEventTypes, getEventType, listEventTypes, updateEventType } from './event-types.ts';
import { createSampleHost, DAY, MINUTE, NOW } from './sample-diary.fixture.ts';
import { createSchedule, deleteSchedule, getDefaultSchedule, getSchedule, listSchedules, updateSchedule } from './schedules.ts';
import { createSession, deleteSession, findSession } from './sessions.ts';
import { getSetting, setSetting } from './settings.ts';
import { createSignInToken, redeemSignInToken } from './sign-in-tokens.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';
import { createUser, findUserByEmail, findUserByUsername, findUsersByEmails, firstUser, getUser, updateUser } from './users.ts';

describe.each(testEngines)('people and what is theirs on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  it('finds users by id, name and address', async () => {
    expect(await firstUser(store.db)).toBeUndefined();
    const owner = await createUser(store.db, {
      username: 'ada',
      name: 'Ada',
      email: 'Ada@example.com',
      timeZone: 'Europe/London',
      now: NOW,
    });
    expect(owner).toMatchObject({
      username: 'ada',
      timeFormat: 12,
      weekStart: 'Sunday',
      locale: 'en',
      defaultScheduleId: null,
      metadata: {},
    });
    await createUser(store.db, { username: 'bob', name: 'Bob', email: 'bob@example.com', timeZone: 'UTC', now: NOW });
    expect(await firstUser(store.db)).toEqual(owner);
    expect(await getUser(store.db, owner.id)).toEqual(owner);
    expect(await findUserByUsername(store.db, 'ada')).toEqual(owner);
    expect(await findUserByEmail(store.db, 'aDA@EXAMPLE.com')).toEqual(owner);
    expect(await findUserByEmail(store.db, 'eve@example.com')).toBeUndefined();
    expect((await findUsersByEmails(store.db, ['BOB@example.com', 'ada@example.com'])).map((user) => user.username)).toEqual([
      'ada',
      'bob',
    ]);
    expect(await findUsersByEmails(store.db, [])).toEqual([]);
  });

  it('changes of a user what is given', async () => {
    const { user } = await createSampleHost(store);
    const changed = await updateUser(store.db, user.id, {
      timeFormat: 24,
      bio: 'Hello',
      metadata: { a: 1 },
      disabledAt: NOW,
      now: NOW + 1,
    });
    expect(changed).toEqual({ ...user, timeFormat: 24, bio: 'Hello', metadata: { a: 1 }, disabledAt: NOW, updatedAt: NOW + 1 });
    expect(await updateUser(store.db, user.id, { bio: null, now: NOW + 2 })).toMatchObject({ bio: null, timeFormat: 24 });
    expect(await updateUser(store.db, 999_999, { bio: null, now: NOW })).toBeUndefined();
  });

  it('keeps of an API key only the hash of what follows the prefix', async () => {
    const { user } = await createSampleHost(store);
    const key = await createApiKey(store.db, { userId: user.id, now: NOW });
    expect(key).toMatch(/^cal_[0-9a-f]{48}$/);
    const rows = await store.db.selectFrom('api_keys').select('key_hash').where('user_id', '=', user.id).execute();
    expect(rows).toEqual([{ key_hash: createHash('sha256').update(key.slice(4)).digest('hex') }]);
    const found = await findApiKey(store.db, key);
    expect(found).toMatchObject({ userId: user.id, expiresAt: null, disabled: false });
    expect(await findApiKey(store.db, `${key}0`)).toBeUndefined();
    expect(await findApiKey(store.db, key.slice(4))).toBeUndefined();
    await touchApiKey(store.db, found?.id ?? 0, NOW);
    await deleteApiKey(store.db, found?.id ?? 0);
    expect(await findApiKey(store.db, key)).toBeUndefined();
  });

  it('takes a key that was chosen, and tells when a key ends and whose user is disabled', async () => {
    const { user } = await createSampleHost(store);
    expect(await createApiKey(store.db, { userId: user.id, key: 'cal_chosen', expiresAt: NOW + DAY, now: NOW })).toBe('cal_chosen');
    await updateUser(store.db, user.id, { disabledAt: NOW, now: NOW });
    expect(await findApiKey(store.db, 'cal_chosen')).toMatchObject({ expiresAt: NOW + DAY, disabled: true });
  });

  it('finds keys that are asked for together, each with its own user', async () => {
    const users = [(await createSampleHost(store)).user, (await createSampleHost(store)).user];
    const keys = await Promise.all(users.map(({ id }) => createApiKey(store.db, { userId: id, now: NOW })));
    const found = await Promise.all([...keys, ...keys, 'cal_unknown'].map((key) => findApiKey(store.db, key)));
    expect(found.map((record) => record?.user.id)).toEqual([users[0]?.id, users[1]?.id, users[0]?.id, users[1]?.id, undefined]);
  });

  it('has one default schedule at a time', async () => {
    const { user } = await createSampleHost(store);
    const first = await getDefaultSchedule(store.db, user.id);
    const second = await store.transaction((tx) =>
      createSchedule(tx, { userId: user.id, name: 'Evenings', timeZone: 'UTC', hours: [], isDefault: true, now: NOW }),
    );
    expect((await listSchedules(store.db, user.id)).map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Office', false],
      ['Evenings', true],
    ]);
    await store.transaction((tx) => updateSchedule(tx, first?.id ?? 0, { isDefault: true, name: 'Days', now: NOW }));
    expect(await getDefaultSchedule(store.db, user.id)).toMatchObject({ id: first?.id, name: 'Days', isDefault: true });
    expect(await getSchedule(store.db, second.id)).toEqual({ ...second, isDefault: false });
    expect(await store.transaction((tx) => updateSchedule(tx, 999_999, { name: 'None', now: NOW }))).toBeUndefined();
  });

  it('falls back when a schedule is deleted', async () => {
    const { user, eventType } = await createSampleHost(store);
    const id = user.defaultScheduleId ?? 0;
    await updateEventType(store.db, eventType.id, { scheduleId: id, now: NOW });
    expect(await deleteSchedule(store.db, id)).toBe(true);
    expect(await deleteSchedule(store.db, id)).toBe(false);
    expect(await getDefaultSchedule(store.db, user.id)).toBeUndefined();
    expect(await getEventType(store.db, eventType.id)).toMatchObject({ scheduleId: null });
  });

  it('has one event type of a slug per user', async () => {
    const { user, eventType } = await createSampleHost(store, { slotInterval: 15 });
    const twin = { userId: user.id, slug: '30min', title: 'Twin', lengthMinutes: 30, now: NOW };
    const error = await createEventType(store.db, twin).catch((thrown: unknown) => thrown);
    expect(isDuplicate(error, 'event_types_slug')).toBe(true);
    expect(await findEventTypeBySlug(store.db, user.id, '30min')).toEqual(eventType);
    expect(eventType.options).toEqual({ slotInterval: 15 });
  });

  it('lists event types without the hidden ones, in the order asked', async () => {
    const { user, eventType } = await createSampleHost(store);
    const hidden = await createEventType(store.db, {
      userId: user.id,
      slug: 'secret',
      title: 'Secret',
      lengthMinutes: 15,
      hidden: true,
      now: NOW + 1,
    });
    const titles = async (filter: object) =>
      (await listEventTypes(store.db, { userId: user.id, includeHidden: true, ...filter })).map(({ slug }) => slug);
    expect(await titles({ includeHidden: false })).toEqual(['30min']);
    expect(await titles({})).toEqual(['30min', 'secret']);
    expect(await titles({ sortCreatedAt: 'desc' })).toEqual(['secret', '30min']);
    expect((await findEventTypes(store.db, [hidden.id, eventType.id, 999_999])).map(({ id }) => id)).toEqual([eventType.id, hidden.id]);
  });

  it('ends a session in time, on demand, and with its user', async () => {
    const { user } = await createSampleHost(store);
    const session = { userId: user.id, expiresAt: NOW + DAY, now: NOW };
    const token = await createSession(store.db, session);
    expect(await findSession(store.db, token, NOW)).toEqual({ userId: user.id, expiresAt: NOW + DAY });
    expect(await findSession(store.db, token, NOW + DAY)).toBeUndefined();
    expect(await findSession(store.db, 'guess', NOW)).toBeUndefined();
    await deleteSession(store.db, token);
    expect(await findSession(store.db, token, NOW)).toBeUndefined();
    const other = await createSession(store.db, session);
    await updateUser(store.db, user.id, { disabledAt: NOW, now: NOW });
    expect(await findSession(store.db, other, NOW)).toBeUndefined();
  });

  it('redeems a sign-in token once', async () => {
    const { user } = await createSampleHost(store);
    const token = await createSignInToken(store.db, { userId: user.id, expiresAt: NOW + MINUTE, now: NOW });
    const redeemed = await Promise.all(Array.from({ length: 10 }, () => redeemSignInToken(store.db, token, NOW)));
    expect(redeemed.filter((userId) => userId === user.id)).toHaveLength(1);
    const late = await createSignInToken(store.db, { userId: user.id, expiresAt: NOW + MINUTE, now: NOW });
    expect(await redeemSignInToken(store.db, late, NOW + MINUTE)).toBeUndefined();
  });

  it('keeps settings for the installation and for a user apart', async () => {
    const { user } = await createSampleHost(store);
    expect(await getSetting(store.db, { key: 'theme' })).toBeUndefined();
    await setSetting(store.db, { key: 'theme', value: 'dark', now: NOW });
    await setSetting(store.db, { key: 'theme', userId: user.id, value: { hue: 1 }, now: NOW });
    await setSetting(store.db, { key: 'theme', value: ['light'], now: NOW });
    expect(await getSetting(store.db, { key: 'theme' })).toEqual(['light']);
    expect(await getSetting(store.db, { key: 'theme', userId: user.id })).toEqual({ hue: 1 });
  });
});
