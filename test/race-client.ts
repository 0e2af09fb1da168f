/**
 * One of two processes that race for a slot: waits for a line on its input, sends all its requests at once and prints what came back.
 * Arguments: URL of the service, event type id, start, number of attendees, API key (none: anonymous).
 */
const [url = '', eventTypeId = '', start = '', attendees = '0', key] = process.argv.slice(2);

export interface RaceResult {
  readonly status: number;
  readonly uid: string | undefined;
  readonly attendee: string;
  readonly message: string | undefined;
}

async function book(index: number): Promise<RaceResult> {
  const attendee = `racer${index}@example.com`;
  const response = await fetch(`${url}/v2/bookings`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'cal-api-version': '2024-08-13',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ eventTypeId: Number(eventTypeId), start, attendee: { name: 'Racer', email: attendee, timeZone: 'UTC' } }),
  });
  // The service's own envelope; anything else fails the comparison in the test.
  const body = (await response.json()) as { data?: { uid?: string }; message?: string };
  return { status: response.status, uid: body.data?.uid, attendee, message: body.message };
}

process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const results = await Promise.all(Array.from({ length: Number(attendees) }, (_, index) => book(index)));
  process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
});
