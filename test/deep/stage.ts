import { type Receiver, startReceiver } from '../../src/server/webhooks.fixture.ts';
import { FROZEN_CLOCK, type RunningKalends } from '../support/running-kalends.ts';

/** What the services of these tests are started with. */
export const ENVIRONMENT = {
  KALENDS_CLOCK: FROZEN_CLOCK,
  KALENDS_RATE_LIMIT: 'off',
  KALENDS_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1',
} as const;

export const TRIGGERS = ['BOOKING_CREATED', 'BOOKING_REQUESTED', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED', 'BOOKING_REJECTED'] as const;

/** Twenty half hours side by side. */
export const STARTS = Array.from({ length: 20 }, (_, index) =>
  new Date(Date.parse('2030-01-08T00:00:00Z') + index * 1_800_000).toISOString(),
);

export interface Stage {
  readonly eventTypeIds: readonly [number, number];
  readonly receiver: Receiver;
}

/** A host who works around the clock, with an event type that books at once, one that waits for the host, and a webhook for all that happens. */
export async function setStage(kalends: RunningKalends): Promise<Stage> {
  const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
  const schedule = await call(kalends, '/v2/schedules', '2024-06-11', {
    name: 'Always',
    timeZone: 'UTC',
    isDefault: true,
    availability: [{ days, startTime: '00:00', endTime: '23:59' }],
  });
  const eventType = (slug: string, more: object) =>
    call(kalends, '/v2/event-types', '2024-06-14', {
      title: slug,
      slug,
      lengthInMinutes: 30,
      minimumBookingNotice: 0,
      scheduleId: schedule,
      ...more,
    });
  const direct = await eventType('direct', {});
  const waiting = await eventType('waiting', { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } });
  const receiver = await startReceiver();
  await call(kalends, '/v2/webhooks', '2024-06-14', { active: true, subscriberUrl: receiver.url, triggers: TRIGGERS });
  return { eventTypeIds: [direct, waiting], receiver };
}

async function call({ address, apiKey }: RunningKalends, path: string, version: string, body: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}`, 'cal-api-version': version, 'content-type': 'application/json' };
  const response = await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${text}`);
  const answer: { data: { id: number } } = JSON.parse(text);
  return answer.data.id;
}
