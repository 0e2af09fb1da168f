import { serveOldBookings } from './old-bookings.ts';
import { serveOldEventTypes } from './old-event-types.ts';
import { serveOldSchedules } from './old-schedules.ts';
import { serveOldSlots } from './old-slots.ts';
import type { App, Service } from './serve.ts';

/** The API before its versions, as far as third-party code still calls it (reference §5.1): each operation is a relay to its successor. */
export function serveOldApi(app: App, service: Service): void {
  serveOldSlots(app, service);
  serveOldBookings(app, service);
  serveOldEventTypes(app, service);
  serveOldSchedules(app, service);
}
