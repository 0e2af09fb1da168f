import { createHmac, randomInt, randomUUID } from 'node:crypto';
import { type EmailClaim, keepEmailCode } from '../store/email-codes.ts';
import { getEventType } from '../store/event-types.ts';
import { insertMail, lockMail } from '../store/mails.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import { readSigningSecret } from '../store/signing-secret.ts';
import type { Transaction } from '../store/store.ts';
import { getUser } from '../store/users.ts';
import { type Letter, toLetterHtml, toLetterText } from './letter.ts';
import { findExceeded } from './limits.ts';
import { toOneLine } from './plain-text.ts';
import { type PostOffice, whyKept } from './post.ts';

/** How long a code can be used. */
export const EMAIL_CODE_MINUTES = 15;

/** What is kept of a code: without the installation's secret a million hashes would tell it. */
export function hashEmailCode(secret: Buffer, { eventTypeId, email }: EmailClaim, code: string): string {
  const key = createHmac('sha256', secret).update('kalends email codes').digest();
  return createHmac('sha256', key).update(`${eventTypeId}\n${email.toLowerCase()}\n${code}`).digest('hex');
}

export interface CodePosting {
  readonly change: ChangeRecord;
  readonly onQueued: (tx: Transaction, mailId: string) => Promise<void>;
}

/** Makes the code that was asked for and the message with it, together and once for each request. The code itself stands nowhere else. */
export async function postEmailCode(office: PostOffice, { change, onQueued }: CodePosting): Promise<void> {
  const { store, processNow, settings } = office;
  const { eventTypeId, userId, payload } = change;
  const email = payload.details?.email;
  if (eventTypeId === null || typeof email !== 'string') return;
  const eventType = await getEventType(store.db, eventTypeId);
  const host = await getUser(store.db, userId);
  if (eventType === undefined || host === undefined) return;
  const now = processNow();
  const claim = { eventTypeId, email };
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const codeHash = hashEmailCode(await readSigningSecret(store.db, now), claim, code);
  const letter = composeCodeLetter({ title: eventType.title, host: host.name, code });
  await store.transaction(async (tx) => {
    await lockMail(tx, userId, [email]);
    const kept = whyKept(settings, email);
    // Whether an account asked or nobody known: who gets the code did not ask for it yet.
    const held = await findExceeded(tx, { userId, address: email, hostAddresses: [host.email], now });
    const mail = {
      id: randomUUID(),
      userId,
      bookingUid: '',
      changeId: change.id,
      kind: 'code',
      recipient: email,
      recipientName: '',
      replyTo: null,
      subject: letter.subject,
      text: held === undefined ? toLetterText(letter) : '',
      html: held === undefined ? toLetterHtml(letter) : '',
      calendar: null,
      calendarMethod: null,
      unrequested: true,
      state: held !== undefined ? 'held' : kept === undefined ? 'queued' : 'kept',
      lastError: held ?? kept ?? null,
      now,
    } as const;
    if (!(await insertMail(tx, mail)) || held !== undefined) return;
    await keepEmailCode(tx, claim, { codeHash, expiresAt: now + EMAIL_CODE_MINUTES * 60_000 });
    if (mail.state === 'queued') await onQueued(tx, mail.id);
  });
}

function composeCodeLetter({ title, host, code }: { readonly title: string; readonly host: string; readonly code: string }): Letter {
  const what = toOneLine(title, 120);
  const who = toOneLine(host, 120);
  return {
    subject: `Your code for ${what}`,
    heading: 'Is this your address?',
    intro: `Somebody wants to book "${what}" with ${who} under this address. If it is you, give this code there.`,
    rows: [
      ['Code', code],
      ['Valid for', `${EMAIL_CODE_MINUTES} minutes, once`],
    ],
    actions: [],
    footer: 'Kalends wrote this because this address was given. If that was not you, ignore it: without the code nothing is booked.',
  };
}
