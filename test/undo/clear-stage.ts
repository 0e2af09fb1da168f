import { NOW, type ToolStage } from '../../src/tools/stage.fixture.ts';

/** The stage as it was before any scene: each scene has the calendar to itself. */
export async function clearStage({ cal, clock, store }: ToolStage): Promise<void> {
  clock.now = NOW;
  // What was cancelled stays, and there is more of it than a page holds.
  const { bookings } = await cal.listBookings({ status: ['upcoming', 'recurring'], take: 250 });
  for (const { uid, status } of bookings) {
    if (status === 'accepted' || status === 'pending') await cal.cancelBooking(uid, { cancellationReason: 'The end of a test.' });
  }
  for (const { id, name } of await cal.listSchedules()) if (name !== 'Working hours') await cal.deleteSchedule(id);
  for (const { id, slug } of await cal.listEventTypes()) if (!slug.endsWith('min')) await cal.deleteEventType(id);
  for (const { id } of await cal.listOutOfOffice()) await cal.deleteOutOfOffice(id);
  await store.db.deleteFrom('slot_reservations').execute();
  await store.db.deleteFrom('private_links').execute();
  // Those of event types too, which the list leaves out.
  await store.db.deleteFrom('webhooks').execute();
}
