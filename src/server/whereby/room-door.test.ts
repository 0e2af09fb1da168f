import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Meeting } from '../../wire/whereby/index.ts';
import type { RoomView } from '../../wire/whereby/room-page.ts';
import { ABSENT_AFTER_MS, leaveAbsent } from './absence.ts';
import { createRoomDoor, type RoomDoor } from './room-door.ts';
import { toService } from './service.ts';
import { HOUR, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

let whereby: TestWhereby;
let ada: WherebyPerson;
let door: RoomDoor;

const options = () => ({
  store: whereby.store,
  now: () => whereby.clock.now,
  processNow: () => whereby.clock.process,
  publicUrl: 'http://rooms.test',
});

beforeEach(async () => {
  whereby = await startWhereby();
  ada = await whereby.addPerson('ada');
  door = createRoomDoor(options());
});

afterEach(() => whereby.close());

async function makeRoom(settings: Partial<Parameters<WherebyPerson['client']['createMeeting']>[0]> = {}): Promise<Meeting> {
  return await ada.client.createMeeting({ endDate: new Date(START + HOUR).toISOString(), fields: ['hostRoomUrl'], ...settings });
}

const nameOf = ({ roomName = '' }: Meeting) => roomName.slice(1);
const keyOf = ({ hostRoomUrl = '' }: Meeting) => new URL(hostRoomUrl).searchParams.get('roomKey') ?? '';
let attempts = 0;
const enter = (room: Meeting, displayName: string, roomKey?: string) =>
  door.enter(nameOf(room), { displayName, roomKey, attempt: `attempt-number-${attempts++}`, userAgent: 'test' });
const here = (room: Meeting, visit: string, version?: string) =>
  door.here(nameOf(room), { visit, version, signal: new AbortController().signal });
const namesIn = (view: RoomView) => view.people.map(({ displayName }) => displayName);

describe('the door of a room', () => {
  it('lets two people in, who see each other, begin a session and are recorded', async () => {
    const room = await makeRoom();
    const host = await enter(room, 'Ada', keyOf(room));
    expect(host.view).toMatchObject({ role: 'host', count: 1, sessionStartedAt: null, you: { isHost: true, state: 'present' } });
    const guest = await enter(room, 'Grace');
    expect(namesIn(guest.view)).toEqual(['Ada', 'Grace']);
    expect(namesIn(await here(room, host.visit, host.view.version))).toEqual(['Ada', 'Grace']);
    whereby.clock.now += 60_000;
    expect((await door.leave(nameOf(room), guest.visit)).you?.state).toBe('left');
    const sessions = await ada.client.listSessionInsights({ roomName: nameOf(room) });
    expect(sessions.results).toMatchObject([{ startedAt: '2030-01-08T09:00:00.000Z', endedAt: '2030-01-08T09:01:00.000Z' }]);
    const people = await ada.client.listParticipants({ roomSessionId: sessions.results[0]?.roomSessionId ?? '' });
    expect(people.results.map(({ displayName, roleName }) => [displayName, roleName])).toEqual([
      ['Ada', 'host'],
      ['Grace', 'visitor'],
    ]);
    const { body: events } = await ada.act('GET /events');
    expect(events.map(({ type }: { type: string }) => type).toReversed()).toEqual([
      'room.client.joined',
      'room.client.joined',
      'room.session.started',
      'room.client.left',
      'room.session.ended',
    ]);
  });

  it('makes strangers knock where it is locked, and only hosts hear and answer', async () => {
    const room = await makeRoom({ isLocked: true });
    expect(await door.look(nameOf(room), {})).toMatchObject({ isLocked: true, role: 'visitor', people: [] });
    const host = await enter(room, 'Ada', keyOf(room));
    const grace = await enter(room, 'Grace');
    expect(grace.view).toMatchObject({ count: 1, people: [], knocking: [], you: { state: 'knocking' } });
    const [knocking] = (await here(room, host.visit)).knocking;
    expect(knocking?.displayName).toBe('Grace');
    const participantId = knocking?.participantId ?? '';
    await expect(door.admit(nameOf(room), { visit: grace.visit, participantId })).rejects.toMatchObject({ code: 'forbidden' });
    await door.admit(nameOf(room), { visit: host.visit, participantId });
    await door.admit(nameOf(room), { visit: host.visit, participantId });
    const inside = await here(room, grace.visit, grace.view.version);
    expect(inside).toMatchObject({ count: 2, knocking: [], you: { state: 'present', isHost: false } });
    await expect(door.lock(nameOf(room), { visit: grace.visit, isLocked: false })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await door.lock(nameOf(room), { visit: host.visit, isLocked: false })).toMatchObject({ isLocked: false });
  });

  it('tells those who were turned away or gave up, and no key of another room opens it', async () => {
    const [room, other] = [await makeRoom({ isLocked: true }), await makeRoom()];
    const host = await enter(room, 'Ada', keyOf(room));
    const grace = await enter(room, 'Grace', keyOf(other));
    const tim = await enter(room, 'Tim');
    expect([grace, tim].map(({ view }) => view.you?.state)).toEqual(['knocking', 'knocking']);
    await door.turnAway(nameOf(room), { visit: host.visit, participantId: grace.view.you?.participantId ?? '' });
    expect((await here(room, grace.visit)).you?.state).toBe('turned_away');
    expect((await door.leave(nameOf(room), tim.visit)).you?.state).toBe('gave_up');
    expect((await here(room, host.visit)).knocking).toEqual([]);
    for (const visit of [
      '',
      host.view.you?.participantId ?? '',
      `${host.visit}x`,
      tim.visit.replace(/^./, (first) => (first === '0' ? '1' : '0')),
    ]) {
      await expect(here(room, visit)).rejects.toMatchObject({ code: 'forbidden' });
    }
    await expect(here(other, host.visit)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('finds what a try to come in did when its answer was lost', async () => {
    const room = await makeRoom();
    const entering = { displayName: 'Ada', attempt: 'the-very-same-attempt', userAgent: '' };
    const [first, second] = await Promise.all([door.enter(nameOf(room), entering), door.enter(nameOf(room), entering)]);
    expect(second?.visit).toBe(first?.visit);
    expect((await door.look(nameOf(room), {}))?.count).toBe(1);
  });

  it('says goodbye for those whose page is not heard of any more, and waits for those who reload', async () => {
    const room = await makeRoom();
    const [one, two] = [await enter(room, 'Ada'), await enter(room, 'Grace')];
    await door.away(nameOf(room), two.visit);
    whereby.clock.process += 3_000;
    expect((await here(room, two.visit)).count).toBe(2);
    whereby.clock.process += ABSENT_AFTER_MS - 1_000;
    expect((await here(room, one.visit)).count).toBe(2);
    whereby.clock.process += 2_000;
    expect(namesIn(await here(room, one.visit))).toEqual(['Ada']);
    expect((await here(room, two.visit)).you?.state).toBe('left');
    whereby.clock.process += ABSENT_AFTER_MS + 1;
    expect(await leaveAbsent(toService(options()))).toBe(1);
    expect((await door.look(nameOf(room), {}))?.count).toBe(0);
  });

  it('leaves those alone who came by the simulation: they have no page', async () => {
    const room = await makeRoom();
    await ada.join(room.roomName ?? '', { displayName: 'Robot' });
    whereby.clock.process += 10 * HOUR;
    expect(await leaveAbsent(toService(options()))).toBe(0);
    expect((await door.look(nameOf(room), {}))?.count).toBe(1);
  });

  it('answers who waits as soon as something happens in this process', async () => {
    const room = await makeRoom();
    const ada1 = await enter(room, 'Ada');
    const waiting = here(room, ada1.visit, ada1.view.version);
    await enter(room, 'Grace');
    expect((await waiting).count).toBe(2);
  });

  it('refuses who is one too many, names nobody can read, and rooms that are gone', async () => {
    const room = await makeRoom();
    for (const name of ['A', 'B', 'C', 'D']) await enter(room, name);
    await expect(enter(room, 'E')).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('it holds 4') });
    await expect(enter(room, '\u200b\u202e\n')).rejects.toMatchObject({ code: 'invalid_input' });
    await ada.client.deleteMeeting(room.meetingId);
    await expect(enter(room, 'Ada')).rejects.toMatchObject({ code: 'not_found' });
    expect(await door.look(nameOf(room), {})).toMatchObject({ isOpen: false, count: 0 });
    expect(await door.look('never-there', {})).toBeUndefined();
    await expect(door.enter('never-there', { displayName: 'A', attempt: 'x', userAgent: '' })).rejects.toMatchObject({ code: 'not_found' });
  });
});
