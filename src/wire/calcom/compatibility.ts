import { type Operation, operations } from './operations.ts';

interface Deviation {
  readonly title: string;
  readonly text: string;
}

/** Where this service means to differ from the original. */
const DEVIATIONS: readonly Deviation[] = [
  {
    title: 'Versions',
    text: 'Routing is the original’s: a missing or unknown `cal-api-version` means 2024-04-15. Where that leads to a 404 and the request is well formed for another version of the path, that version answers, and the header `Kalends-Notice` names it. `KALENDS_STRICT=1` restores the 404; its message says which version to set.',
  },
  {
    title: 'One error envelope',
    text: 'No bare errors: every failure has `status`, `timestamp`, `path` and `error` with `code`, `message` and `details`, and beside them a top-level `message` in plain words.',
  },
  {
    title: 'Conflicts say why',
    text: '`error.details.reason` names the rule, and `error.details.nearestFreeStarts` the five nearest free starts. The host also sees `conflictingBookingUid`; a stranger only learns that the time is not available. The top-level `message` says both in words; of a series the starts are those of a whole series.',
  },
  {
    title: 'Repeated requests',
    text: 'Creating, rescheduling, cancelling, confirming and declining a booking are idempotent: the same `Idempotency-Key` within a day, or the same body from the same credential (without one: the same client address) within ten minutes while the booking stands, is answered with the first result. The same key with another body is a 422. The same attendee and start in another body is a new request, also of an event type that asks for confirmation or whose hosts take turns: to answer it with the first booking would tell a stranger the uid, which is the right to cancel.',
  },
  {
    title: 'Explain',
    text: '`GET /v2/slots?…&explain=true` adds `explanation`: for each of up to 62 dates without slots the rule that emptied it, in full for the host.',
  },
  {
    title: 'Slots and bookings agree',
    text: 'Slots never lie outside the range that was asked for. A rolling window is enforced at booking too. Every occurrence of a series is checked, and a series is booked whole or not at all.',
  },
  {
    title: 'Confirming looks again',
    text: 'Of two pending bookings for one time only one can be confirmed. Confirming or declining what is cancelled or rejected is a 400.',
  },
  {
    title: 'Reservations',
    text: 'A reservation may be moved onto time that overlaps its own old time. Of hosts who take turns it holds one who is free, not all.',
  },
  {
    title: 'Seats',
    text: 'The uid of a seat is the right to move and cancel it: it is answered to the host, to who named it and to its owner; to others `seatUid` is empty, also where attendees are shown. A seat keeps its uid when it is moved. Guests of who books a seat are left out. A cancelled seated booking keeps listing its attendees, as in version 2026-02-25.',
  },
  {
    title: 'Series',
    text: 'A day that a month does not have is the month’s last: 31 January, 28 February, 31 March. Of hosts who take turns one takes the whole series. A moved occurrence stays in its series.',
  },
  {
    title: 'Round robin',
    text: 'Turns go to the highest priority, then to who has the fewest standing bookings, then to who waited longest. A cancelled or declined booking gives its turn back; who becomes a host later starts with as many as the one who had the fewest. A moved meeting keeps its host if free; with `rescheduleWithSameRoundRobinHost` it is refused otherwise. Booking limits count for each host. `rrHostSubsetIds` and `routing.teamMemberIds` choose among its hosts, also for slots; who is none is a 400. Managed event types are a 501.',
  },
  {
    title: 'Teams',
    text: '`POST /v2/teams/{teamId}/memberships` invites; only the owner of the installation adds somebody at once (`accepted: true`), for a member’s time can be booked through the team. Admins and owners of a team see and settle the bookings of its event types, not its members’ own.',
  },
  {
    title: 'Rate limits',
    text: 'The contract’s limits and headers, and `Retry-After` with each 429. `KALENDS_RATE_LIMIT` changes them (a number a minute) or switches them off (`off`); `KALENDS_TRUSTED_PROXIES` names the proxies whose `X-Forwarded-For` is believed. Of IPv6 addresses the /64 network counts. A wrong key counts for its address and is answered as a wrong key, not by the throttler.',
  },
  {
    title: 'The agents’ guide',
    text: 'What the guide for agents shows works: `eventSlug`, `startTime` and `endTime` for slots (answered as `{ slots: { date: [{ time }] } }`), `eventTriggers` for webhooks, `rescheduleReason` for rescheduling, one version for everything.',
  },
  {
    title: 'The old API',
    text: 'Operations of version 2024-04-15 are adapters over the present ones. Their answers have the documented members; what only the old booking page used is left out. The cookie of `POST /v2/slots/reserve` is set and never read: name the `uid`.',
  },
  {
    title: 'Private links',
    text: '`POST /v2/bookings` takes `privateLink`, the id of one: the booking counts as a use of it, and is a 403 once the link has ended.',
  },
  {
    title: 'People by address',
    text: 'Signed-in callers of `GET /v2/event-types` may give an address as `username`.',
  },
  {
    title: 'Webhooks',
    text: 'Private, loopback, link-local and metadata addresses are refused unless `KALENDS_WEBHOOK_ALLOW_PRIVATE` lists them. `GET /v2/webhooks/{webhookId}/deliveries` is an addition.',
  },
  {
    title: 'Parts of bookings',
    text: 'Attendees, guests, absence, place and requests to reschedule are for who hosts or manages the booking, and only while it stands (absence always); its attendees may look. An attendee added twice in the same words is added once. `PATCH …/location` also takes places that the event type does not offer. `POST …/request-reschedule` answers the cancelled booking, and its old uid can still be moved. What no other system keeps is an empty list: references, recordings, transcripts, conferencing sessions.',
  },
  {
    title: 'Credits',
    text: 'There is no monthly allowance: credits are granted with `kalends credits grant` and kept in a ledger that is only ever added to. A charge beyond the balance is a 403 with `details.reason` `insufficient_credits` and takes nothing. One `externalRef` with another amount or purpose is a 409.',
  },
  {
    title: 'One organisation',
    text: 'Everybody belongs to one built-in organisation, id 1, for `/v2/organizations/1/users/{userId}/ooo` and `/v2/organizations/1/ooo`; the entries are those of `/v2/me/ooo`. Users reach their own, the owner of the installation everybody’s. `/v2/me` names no organisation, for there is nothing else under it.',
  },
  {
    title: 'Days away',
    text: '`toUserId` is checked, kept and told (`OOO_CREATED`); it books nobody. The days of who is away are free of slots, as in the original, whose stand-in is a link on the page of the one who is away: clients of the API see who it is and ask for that user’s own slots.',
  },
  {
    title: 'Rules set aside',
    text: 'Hosts, and admins of the team, may book with `overrideAvailability` (outside hours, days off, notice and window), `allowBookingOutOfBounds` (notice and window) and `allowConflicts` (over other meetings, buffers and outside calendars; only where no host is free). Limits, seats and the past hold. From anybody else each is a 403. Instant bookings are a 501.',
  },
  {
    title: 'Proved addresses',
    text: 'No operation asks for the code of `requiresBookerEmailVerification`: a booking without `emailVerificationCode` is the 400 `email_verification_required`, once nothing else is in its way, and that refusal has the code sent (once a minute, within the limits of a mailbox). It is worth one booking of that event type under that address for 15 minutes and ten tries. Without `SMTP_URL` the host reads it with `kalends mail show`.',
  },
  {
    title: 'Keys and tokens',
    text: 'A refreshed key takes the old one’s place in `api-key` of the data directory where it stood there; a start replaces a key there that no longer works. `POST /v2/auth/oauth2/token` knows `refresh_token` alone; the first tokens come from `kalends users key NAME --oauth`. A refresh token works once, and for 30 seconds more for who got no answer; later than that its whole grant ends. Refusals stand in the error envelope, `error.code` as in RFC 6749.',
  },
  {
    title: 'Conferencing',
    text: 'Cal Video is there without a connection, and no other app can be connected. Time zones are listed by city, without inhabitants.',
  },
  {
    title: 'Cookies',
    text: '`/v2` knows keys and tokens only. Pages of other origins may read (CORS is the original’s, and lets them send `Idempotency-Key`), and write with a key.',
  },
  {
    title: 'Its own description',
    text: '`GET /v2/openapi.json` is an OpenAPI 3.1 document of what this installation answers, made of the schemas it answers by; `/docs` shows it.',
  },
];

const STATES: readonly { readonly state: Operation['state']; readonly title: string; readonly text: string }[] = [
  { state: 'implemented', title: 'Answered', text: 'As the original does, but for the deviations above.' },
  { state: 'old', title: 'The old API', text: 'Version 2024-04-15 and whatever else leads there; adapters over the operations above.' },
  { state: 'later', title: 'Not yet', text: 'Answered with 501 in the error envelope, naming the operation.' },
];

/** `docs/compatibility.md`. */
export function renderCompatibility(): string {
  const official = operations.filter((operation) => operation.isOfficial);
  const answered = official.filter((operation) => operation.state === 'implemented').length;
  const lines = [
    '# Compatibility with the Cal.com API v2',
    '',
    '<!-- Generated by `node bin/compatibility.mjs` from src/wire/calcom/operations.ts and compatibility.ts. -->',
    '',
    `Of the ${official.length} operations of the official specification this service answers ${answered}, and beside them`,
    `${operations.filter((operation) => !operation.isOfficial && operation.state !== 'later').length} that the specification does not name but clients call. The rest answers 501.`,
    '',
    '## Deliberate deviations',
    '',
    ...DEVIATIONS.map(({ title, text }) => `- **${title}.** ${text}`),
    ...STATES.flatMap(({ state, title, text }) => [
      '',
      `## ${title}`,
      '',
      text,
      '',
      ...table(operations.filter((row) => row.state === state)),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function table(rows: readonly Operation[]): string[] {
  return [
    '| Method | Path | Version | In the specification |',
    '|---|---|---|---|',
    ...rows.map(
      ({ method, path, version, isOfficial }) => `| ${method} | \`${path}\` | ${version || 'any'} | ${isOfficial ? 'yes' : 'no'} |`,
    ),
  ];
}
