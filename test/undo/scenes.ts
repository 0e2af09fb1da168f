import type { ToolStage } from '../../src/tools/stage.fixture.ts';
import type { Deed } from './deed.arbitrary.ts';

/** A write that can be made in the demonstration data: what has to be there first, and the input of the call. */
export interface Scene {
  /** Makes what the write is about; the state after it is the one that undoing must bring back. */
  readonly input: (deed: Deed, stage: ToolStage) => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
}

/** One for every tool that can be undone. */
export const scenes: Readonly<Record<string, Scene['input']>> = {
  'cal.create_booking': ({ slug, start, name, email, guests, timeZone, text, flag }) => ({
    ...{ event_type_slug: slug, start, attendee: { name, email, time_zone: timeZone }, guests },
    ...(flag ? { notes: text, title: text } : {}),
  }),
  'assistant.book_meeting': ({ start, email, flag, text, slug }) => ({
    ...{ with: `Ada Lovelace <${email}>`, when: start, event_type: slug },
    ...(flag ? { notes: text } : {}),
  }),
  'cal.cancel_booking': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    return { booking_uid: uid, ...(deed.flag ? { reason: deed.otherText } : {}) };
  },
  'cal.request_reschedule': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    return { booking_uid: uid, ...(deed.flag ? { reason: deed.otherText } : {}) };
  },
  'cal.reschedule_booking': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    return { booking_uid: uid, start: deed.otherStart, ...(deed.flag ? { reason: deed.otherText } : {}) };
  },
  'cal.update_booking_location': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    const places = [
      { type: 'address', address: deed.text.replace(/^[+h]/, '-') },
      { type: 'link', link: `https://meet.example/${deed.count}` },
      { type: 'phone', phone: '+31612345678' },
    ] as const;
    // A room of the service's own cannot be given back, so it is somewhere of its own beforehand.
    await stage.cal.updateBookingLocation(uid, places[deed.count % 3] ?? places[0]);
    return { booking_uid: uid, location: { type: 'link', link: `https://other.example/${deed.count}` } };
  },
  'cal.mark_absent': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    stage.clock.now = Date.parse(deed.start) + 60_000;
    if (deed.count > 2) await stage.cal.markAbsent(uid, { host: true, attendees: [{ email: deed.email, absent: true }] });
    const wasAbsent = deed.count > 2;
    return { booking_uid: uid, host: !wasAbsent, ...(deed.flag ? { attendees: [{ email: deed.email, absent: !wasAbsent }] } : {}) };
  },
  'cal.add_attendee': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    return { booking_uid: uid, name: deed.otherText, email: `more-${deed.email}`, ...(deed.flag ? { time_zone: deed.timeZone } : {}) };
  },
  'cal.add_guests': async (deed, stage) => {
    const { uid } = await book(deed, stage);
    const guests = ['one', 'two', 'three'].slice(0, Math.min(3, deed.count)).map((name) => ({ email: `${name}@more.example.org` }));
    return { booking_uid: uid, guests: deed.flag ? guests.map((guest) => ({ ...guest, name: deed.text })) : guests };
  },
  'cal.remove_attendee': async (deed, stage) => {
    const { uid } = await book({ ...deed, guests: ['first@guests.example.org', 'second@guests.example.org'] }, stage);
    if (deed.flag) return { booking_uid: uid, attendees: ['first@guests.example.org', 'second@guests.example.org'].slice(0, deed.count) };
    await stage.cal.addAttendee(uid, { name: deed.otherText, email: `more-${deed.email}`, timeZone: deed.timeZone });
    return { booking_uid: uid, attendees: [`more-${deed.email}`] };
  },

  'cal.create_schedule': ({ text, count, timeZone, flag }) => ({
    ...{ name: text, hours: `Mon-Fri 0${count + 5}:00-17:30`, time_zone: timeZone, is_default: flag },
    ...(flag ? { dates: '2030-12-25 closed' } : {}),
  }),
  'cal.update_schedule': async (deed, stage) => ({
    schedule_id: await makeSchedule(deed, stage),
    ...(deed.flag ? { name: deed.otherText, time_zone: 'Asia/Tokyo' } : { hours: 'Sat 10:00-12:00', dates: '2030-05-05 10:00-11:00' }),
  }),
  'cal.set_default_schedule': async (deed, stage) => ({ schedule_id: await makeSchedule(deed, stage) }),
  'cal.delete_schedule': async (deed, stage) => ({ schedule_id: await makeSchedule(deed, stage) }),

  'cal.create_event_type': ({ text, count, flag, otherText }) => ({
    ...{ title: text, slug: `made-${count}`, length_in_minutes: count * 10 },
    ...(flag ? { description: otherText, hidden: true, settings: { minimumBookingNotice: 60, afterEventBuffer: 5 } } : {}),
  }),
  'cal.update_event_type': async (deed, stage) => ({
    event_type_id: await makeEventType(deed, stage),
    ...(deed.flag ? { title: deed.otherText, length_in_minutes: 25 } : { description: deed.otherText, settings: { slotInterval: 15 } }),
  }),
  'cal.delete_event_type': async (deed, stage) => ({ event_type_id: await makeEventType(deed, stage) }),

  'cal.create_webhook': ({ count, flag }) => ({
    ...{ subscriber_url: `https://example.com/hook-${count}`, triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'], active: flag },
    ...(flag ? { event_type_id: 1 } : {}),
  }),
  'cal.update_webhook': async (deed, stage) => ({
    webhook_id: await makeWebhook(deed, stage),
    ...(deed.flag ? { active: false } : { subscriber_url: 'https://example.com/changed', triggers: ['BOOKING_RESCHEDULED'] }),
  }),
  'cal.delete_webhook': async (deed, stage) => ({ webhook_id: await makeWebhook(deed, stage) }),

  'cal.create_out_of_office': ({ count, text, flag }) => ({
    ...{ start: '2030-08-01', end: `2030-08-1${count}` },
    ...(flag ? { reason: 'vacation', notes: text } : {}),
  }),
  'cal.update_out_of_office': async (deed, stage) => ({
    out_of_office_id: await makeAbsence(deed, stage),
    ...(deed.flag ? { end: '2030-09-20' } : { notes: deed.otherText }),
  }),
  'cal.delete_out_of_office': async (deed, stage) => ({ out_of_office_id: await makeAbsence(deed, stage) }),

  'cal.reserve_slot': ({ start }) => ({ event_type_id: 2, start }),
  'cal.update_slot_reservation': async (deed, stage) => ({
    reservation_uid: await reserve(deed, stage),
    start: deed.otherStart,
  }),
  'cal.delete_slot_reservation': async (deed, stage) => ({ reservation_uid: await reserve(deed, stage) }),

  'cal.create_private_link': ({ count, flag }) => ({ event_type_id: 2, ...(flag ? { max_usage_count: count } : {}) }),
  'cal.update_private_link': async ({ count }, stage) => {
    const { linkId } = await stage.cal.createPrivateLink(2, { maxUsageCount: 9 });
    return { event_type_id: 2, link_id: linkId, max_usage_count: count };
  },
};

async function book({ slug, start, name, email, guests, timeZone, text, flag }: Deed, { cal }: ToolStage) {
  const [eventType] = (await cal.listEventTypes()).filter((one) => one.slug === slug);
  return cal.createBooking({
    ...{ eventTypeId: eventType?.id ?? 0, start, attendee: { name, email, timeZone }, guests: [...guests] },
    ...(flag ? { bookingFieldsResponses: { notes: text, title: text }, metadata: { from: 'a test' } } : {}),
  });
}

async function makeSchedule({ text, timeZone, flag }: Deed, { cal }: ToolStage): Promise<number> {
  const availability = [{ days: ['Monday' as const, 'Friday' as const], startTime: '08:00', endTime: '16:00' }];
  const overrides = flag ? [{ date: '2030-04-01', startTime: '10:00', endTime: '11:00' }] : [];
  return (await cal.createSchedule({ name: text, timeZone, isDefault: false, availability, overrides })).id;
}

async function makeEventType({ text, flag, count }: Deed, { cal }: ToolStage): Promise<number> {
  const more = flag ? { minimumBookingNotice: 30, beforeEventBuffer: count * 5, slotInterval: 20 } : {};
  return (await cal.createEventType({ title: text, slug: `there-${count}`, lengthInMinutes: 40, ...more })).id;
}

async function makeWebhook({ count, flag }: Deed, { cal }: ToolStage): Promise<string> {
  const webhook = { subscriberUrl: `https://example.com/there-${count}`, triggers: ['BOOKING_CREATED' as const], active: flag };
  return (await cal.createWebhook(webhook)).id;
}

async function makeAbsence({ text, flag }: Deed, { cal }: ToolStage): Promise<number> {
  const days = { start: '2030-09-01T00:00:00.000Z', end: '2030-09-14T23:59:59.999Z' };
  return (await cal.createOutOfOffice({ ...days, ...(flag ? { reason: 'travel' as const, notes: text } : {}) })).id;
}

async function reserve({ start }: Deed, { cal }: ToolStage): Promise<string> {
  return (await cal.reserveSlot({ eventTypeId: 2, slotStart: start })).reservationUid;
}
