import { z } from 'zod';
import { type ChangeConsumer, defineJob, type Job, type JobQueue, onChange } from '../jobs/index.ts';
import { getBooking } from '../store/bookings.ts';
import { getMail, listQueuedMails, reportMail } from '../store/mails.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import { listBatch, toBatchId } from '../store/outbox-batch.ts';
import { listDueReminders, toReminderId } from '../store/reminders.ts';
import { postEmailCode } from './email-code.ts';
import { type Occasion, toOccasion } from './occasion.ts';
import { type OnQueued, type Posting, type PostOffice, post } from './post.ts';
import { createSmtpSender, type MailSender, messageOf, RefusedMail } from './smtp.ts';

export interface MailJobsOptions extends PostOffice {
  /** The domain clock. */
  readonly now: () => number;
}

/** What the mail does beside the requests; give `jobs` and `consumers` to `createJobs`. */
export interface MailJobs {
  readonly jobs: readonly Job[];
  readonly consumers: readonly ChangeConsumer[];
  /** Ends connections to the mail server. */
  close(): Promise<void>;
}

/** About a day, first quickly and then every two hours. */
const RETRY = { attempts: 20, delaySeconds: 30, maximumDelaySeconds: 7200 };

const REMINDERS_AT_ONCE = 100;
/** A message that waits longer has lost its job, as after a restored backup. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;

export function createMailJobs(options: MailJobsOptions): MailJobs {
  const { store, settings, now, processNow } = options;
  const sender = openSender(options);

  const send = defineJob({
    name: 'mail.send',
    schema: z.object({ mailId: z.string() }),
    retry: RETRY,
    concurrency: 2,
    run: async ({ mailId }, { isLastAttempt }) => {
      const mail = await getMail(store.db, mailId);
      if (mail === undefined || mail.state !== 'queued') return;
      try {
        if (sender === undefined) throw new Error('SMTP_URL was taken away before this message was sent.');
        await sender.send(mail);
      } catch (error) {
        const isOver = isLastAttempt || error instanceof RefusedMail;
        await reportMail(store.db, mailId, { state: isOver ? 'failed' : 'queued', error: messageOf(error), now: processNow() });
        if (isOver) return;
        throw error;
      }
      const replaced = mail.kind === 'code' ? 'The code that stood here was sent and is not kept.' : undefined;
      await reportMail(store.db, mailId, { state: 'sent', replaced, now: processNow() });
    },
  });

  const sendOn =
    (queue: JobQueue): OnQueued =>
    (tx, mailId) =>
      queue.send(send, { mailId }, { tx, id: mailId });

  const remind = defineJob({
    name: 'mail.remind',
    schema: z.object({}),
    cron: '* * * * *',
    concurrency: 1,
    run: async (_data, { queue }) => {
      for (const uid of await listDueReminders(store.db, { now: now(), limit: REMINDERS_AT_ONCE })) {
        const booking = await getBooking(store.db, uid);
        if (booking === undefined) continue;
        const isUnrequested = booking.createdByUserId === null;
        const occasion: Occasion = { kind: 'reminder', booking, others: [], isMoveWanted: false, isUnrequested, at: now() };
        await post(options, [{ occasion, changeId: toReminderId(uid) }], sendOn(queue));
      }
    },
  });

  const resume = defineJob({
    name: 'mail.resume',
    schema: z.object({}),
    cron: '*/10 * * * *',
    concurrency: 1,
    run: async (_data, { queue }) => {
      const ids = settings.smtpUrl === undefined ? [] : await listQueuedMails(store.db, processNow() - FORGOTTEN_AFTER_MS, 500);
      // Under its own id: a job that is still there is not made twice.
      for (const mailId of ids) await queue.send(send, { mailId }, { id: mailId });
    },
  });

  const toPosting = async (change: ChangeRecord): Promise<readonly Posting[]> => {
    const batch = await listBatch(store.db, change);
    const occasion = toOccasion(change, batch);
    // What was made together is told of once, whichever part of it comes first; another host is told of their own part.
    const changeId = batch.length > 1 ? `batch:${toBatchId(change)}:${change.userId}` : change.id;
    return occasion === undefined ? [] : [{ occasion, changeId }];
  };

  const handle: ChangeConsumer['handle'] = async (change, { queue }) => {
    if (change.trigger === 'EMAIL_CODE_WANTED') await postEmailCode(options, { change, onQueued: sendOn(queue) });
    else await post(options, await toPosting(change), sendOn(queue));
  };

  const consumer = onChange('mail', handle, {
    async handleTogether(changes, call) {
      const postings: Posting[] = [];
      for (const change of changes) {
        if (change.trigger === 'EMAIL_CODE_WANTED') await handle(change, call);
        else postings.push(...(await toPosting(change)));
      }
      const once = new Map(postings.map((posting) => [posting.changeId, posting]));
      await post(options, [...once.values()], sendOn(call.queue));
    },
  });

  return { jobs: [send, remind, resume] as readonly Job[], consumers: [consumer], close: async () => sender?.close() };
}

function openSender({ settings: { smtpUrl, from } }: MailJobsOptions): MailSender | undefined {
  return smtpUrl === undefined || from === undefined ? undefined : createSmtpSender({ smtpUrl, from });
}
