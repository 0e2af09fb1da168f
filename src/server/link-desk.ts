import { AppError } from '../errors.ts';
import { toSpanText, toZoneText } from '../mail/index.ts';
import { getOwnedEventType } from '../store/event-types.ts';
import { getPrivateLink } from '../store/private-links.ts';
import { createCalcomClient } from '../wire/calcom/index.ts';
import { isTimeZone } from '../wire/calcom/scalars.ts';
import { createService, type ServiceOptions } from './app.ts';
import type { GuestTimes } from './guest-desk.ts';
import { isEnded } from './private-links.ts';
import type { App } from './serve.ts';
import { readTimesPage } from './times-page.ts';

const MINUTE_MS = 60_000;

/** What the holder of a private link is offered. */
export interface LinkOffer {
  readonly title: string;
  readonly description: string;
  readonly minutes: number;
  readonly host: string;
  /** IANA zone that times are shown in: the guest's own where it was said, else the host's. */
  readonly timeZone: string;
  /** Nobody can book by it any more. */
  readonly isEnded: boolean;
}

export interface LinkWish {
  readonly name: string;
  readonly email: string;
  /** A start that `times` listed. */
  readonly start: string;
}

/** Booking by a private link, for people without an account. Nothing here acts unless `book` is called. */
export interface LinkDesk {
  /** `undefined` for a link that is not ours. */
  offer(linkId: string, zone: string | undefined): Promise<LinkOffer | undefined>;
  times(linkId: string, from: string | undefined, zone: string | undefined): Promise<GuestTimes>;
  /** Answers when the meeting is, in words. Throws an `AppError` with a sentence for the guest. */
  book(linkId: string, wish: LinkWish, zone: string | undefined): Promise<string>;
}

/** It acts through the service itself, as anybody may: all rules hold, and each booking counts as a use of the link. */
export function createLinkDesk(options: ServiceOptions): LinkDesk {
  const { store, now } = options;
  let api: App | undefined;
  // Behind this door all guests have one address, ours; whoever comes here has a link that nobody can guess.
  const fetch = (request: Request) => {
    api ??= createService({ ...options, rateLimit: 'off' });
    return api.fetch(request);
  };
  const client = createCalcomClient({ baseUrl: 'http://kalends.local', fetch, now, isIdempotent: true });

  async function find(linkId: string, zone: string | undefined) {
    const link = await getPrivateLink(store.db, linkId);
    const { eventType, owner } = (link && (await getOwnedEventType(store.db, link.eventTypeId))) ?? {};
    if (link === undefined || eventType === undefined || owner === undefined || owner.disabledAt !== null) return undefined;
    return { link, eventType, owner, timeZone: zone !== undefined && isTimeZone(zone) ? zone : owner.timeZone };
  }

  async function admit(linkId: string, zone: string | undefined) {
    const found = await find(linkId, zone);
    if (found === undefined) throw new AppError('forbidden', 'This link does not work.');
    if (isEnded(found.link, now())) throw new AppError('conflict', 'This link has ended.');
    return found;
  }

  return {
    async offer(linkId, zone) {
      const found = await find(linkId, zone);
      if (found === undefined) return undefined;
      const { link, eventType, owner, timeZone } = found;
      const { title, description, lengthMinutes: minutes } = eventType;
      return { title, description: description ?? '', minutes, host: owner.name, timeZone, isEnded: isEnded(link, now()) };
    },

    async times(linkId, from, zone) {
      const { eventType, timeZone } = await admit(linkId, zone);
      return readTimesPage((days) => client.getSlots({ eventTypeId: eventType.id, ...days, timeZone }), {
        from,
        now: now(),
        clock: { timeZone, isTwelveHour: false },
      });
    },

    async book(linkId, { name, email, start }, zone) {
      const { eventType, timeZone } = await admit(linkId, zone);
      const attendee = { name: name.trim(), email: email.trim(), timeZone };
      const made = await client.createBooking({ eventTypeId: eventType.id, privateLink: linkId, start, attendee });
      const begin = Date.parse(made.start);
      const span = { start: begin, end: begin + made.duration * MINUTE_MS };
      return `${toSpanText(span, { timeZone, isTwelveHour: false })}, ${toZoneText(begin, timeZone)}`;
    },
  };
}
