import { AppError } from './errors.ts';
import { type MailSettings, mailStatus } from './mail/index.ts';
import type { Correspondence, MailLine } from './owner/correspondence.ts';
import { resetFeedToken, showFeedToken } from './store/feeds.ts';
import { findMails, listMails, type MailRecord } from './store/mails.ts';
import { getReminderHours, setReminderHours } from './store/reminders.ts';
import type { Store } from './store/store.ts';

export interface CorrespondenceParts {
  readonly store: Pick<Store, 'db'>;
  readonly settings: MailSettings;
  /** Where Kalends is reached from outside. */
  readonly publicUrl: string;
  /** The person behind the socket. */
  readonly userId: () => Promise<number>;
}

/** Messages, reminders and the private calendar, for the person behind the owner's socket. */
export function createCorrespondence({ store: { db }, settings, publicUrl, userId }: CorrespondenceParts): Correspondence {
  const toUrl = (token: string) => `${publicUrl}/feeds/${token}.ics`;
  return {
    async listMails(filter) {
      const mails = await listMails(db, await userId(), filter);
      return { mails: mails.map(toLine), notice: mailStatus(settings).notice ?? null };
    },
    async readMail(id) {
      const [mail, other] = await findMails(db, await userId(), id, 2);
      if (mail === undefined) {
        throw new AppError('not_found', `There is no message "${id}".`, { hint: '`kalends mail list` lists them.' });
      }
      if (other !== undefined) {
        throw new AppError('invalid_input', `"${id}" is the start of several messages.`, { hint: 'Write more of the id.' });
      }
      const { text, html, calendar, sentAt } = mail;
      return { ...toLine(mail), text, html, calendar, sentAt: sentAt === null ? null : new Date(sentAt).toISOString() };
    },
    readReminder: async () => (await getReminderHours(db, await userId())) ?? null,
    setReminder: async (hours) => setReminderHours(db, { userId: await userId(), hours: hours ?? undefined, now: Date.now() }),
    showFeed: async () => toUrl(await showFeedToken(db, { userId: await userId(), now: Date.now() })),
    resetFeed: async () => toUrl(await resetFeedToken(db, { userId: await userId(), now: Date.now() })),
  };
}

function toLine({ id, createdAt, kind, state, recipient, subject, bookingUid, lastError }: MailRecord): MailLine {
  return { id, createdAt: new Date(createdAt).toISOString(), kind, state, to: recipient, subject, bookingUid, error: lastError };
}
