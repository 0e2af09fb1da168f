import type { Hono } from 'hono';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { DoorEnv } from './door.ts';
import { parseBody } from './request.ts';

/** A message to somebody who takes part in a meeting, as the owner's terminal lists it. */
export interface MailLine {
  readonly id: string;
  /** ISO instant */
  readonly createdAt: string;
  readonly kind: string;
  /** `queued`, `sent`, `kept`, `held` or `failed` */
  readonly state: string;
  readonly to: string;
  readonly subject: string;
  readonly bookingUid: string;
  /** Why it was not sent. */
  readonly error: string | null;
}

export interface MailMessage extends MailLine {
  readonly text: string;
  readonly html: string;
  /** iCalendar */
  readonly calendar: string | null;
  readonly sentAt: string | null;
}

export interface MailList {
  readonly mails: readonly MailLine[];
  /** What is to be known of all of them: that none is sent, for instance. */
  readonly notice: string | null;
}

export const mailStates = ['queued', 'sent', 'kept', 'held', 'failed'] as const;

/** What leaves the installation for people and their calendar programs; all of it is of the person behind the socket. */
export interface Correspondence {
  listMails(filter: { readonly state?: (typeof mailStates)[number] | undefined; readonly limit: number }): Promise<MailList>;
  /** By its id or the beginning of it. */
  readMail(id: string): Promise<MailMessage>;
  /** Hours before a meeting; `null` when nobody is reminded. */
  readReminder(): Promise<number | null>;
  setReminder(hours: number | null): Promise<void>;
  /** Address of the private calendar. */
  showFeed(): Promise<string>;
  /** A new address; the one before works no more. */
  resetFeed(): Promise<string>;
}

const filterQuery = z.object({ state: z.enum(mailStates).optional(), limit: z.coerce.number().int().min(1).max(500).default(50) });
const reminderBody = z.object({ hours: z.number().min(0.25).max(720).nullable() });

/** `/owner/mails`, `/owner/reminder` and `/owner/feed` */
export function addCorrespondenceRoutes(app: Hono<{ Bindings: DoorEnv }>, correspondence: Correspondence): void {
  app.get('/mails', async (context) => {
    const filter = filterQuery.safeParse(context.req.query());
    if (!filter.success) throw new AppError('invalid_input', `A message is one of: ${mailStates.join(', ')}; and at most 500 are listed.`);
    return context.json(await correspondence.listMails(filter.data));
  });

  app.get('/mails/:id', async (context) => context.json(await correspondence.readMail(context.req.param('id'))));

  app.get('/reminder', async (context) => context.json({ hours: await correspondence.readReminder() }));

  app.post('/reminder', async (context) => {
    const { hours } = await parseBody(reminderBody, context.req.raw);
    await correspondence.setReminder(hours);
    return context.json({ hours });
  });

  app.get('/feed', async (context) => context.json({ url: await correspondence.showFeed() }));

  app.post('/feed/reset', async (context) => context.json({ url: await correspondence.resetFeed() }));
}
