import { hashEmailCode } from '../mail/index.ts';
import { countEmailCodeAttempt, type EmailClaim, requestEmailCode, takeEmailCode } from '../store/email-codes.ts';
import { recordChange } from '../store/outbox.ts';
import { readSigningSecret } from '../store/signing-secret.ts';
import type { Transaction } from '../store/store.ts';
import type { BookingBody } from '../wire/calcom/bookings.ts';
import type { BookingTarget } from './booking-target.ts';
import { HttpFailure } from './http-failure.ts';
import type { Service } from './serve.ts';

/** Guesses at one code. */
const MAXIMUM_ATTEMPTS = 10;
/** Who asks again sooner gets the same code's message. */
const ASK_AGAIN_MS = 60_000;

/** All was well but the proof of the address. */
class UnprovedEmail extends Error {}

interface Wish {
  readonly target: BookingTarget;
  readonly body: BookingBody;
}

/**
 * Runs `work`, which books; where `checkEmailVerified` stopped it for want of a code, the refusal itself has one sent. A code is used up in the
 * booking's transaction, so one whose time was taken in between can be used for another time.
 */
export async function withEmailVerified<Result>(service: Service, { target, body }: Wish, work: () => Promise<Result>): Promise<Result> {
  const { store } = service;
  const claim = claimOf({ target, body });
  if (claim !== undefined && body.emailVerificationCode !== undefined) await countEmailCodeAttempt(store.db, claim);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnprovedEmail)) throw error;
    if (claim === undefined) throw wanted('This event type books only verified email addresses: pass "attendee.email".');
    const [host] = target.hosting.hosts;
    const { processNow = Date.now, now } = service;
    const isNew = await store.transaction(async (tx) => {
      const at = processNow();
      if (!(await requestEmailCode(tx, claim, { notSince: at - ASK_AGAIN_MS, processNow: at }))) return false;
      const { eventTypeId, email } = claim;
      const userId = host?.id ?? target.eventType.userId;
      await recordChange(tx, { trigger: 'EMAIL_CODE_WANTED', userId, eventTypeId, details: { email }, at: now() });
      return true;
    });
    service.onWrite?.();
    const sent = isNew ? `A code was sent to "${claim.email}"` : `A code was sent to "${claim.email}" less than a minute ago`;
    const unsent = `A code for "${claim.email}" was made, but this service sends no mail: the host can read it to you`;
    throw wanted(`${service.canSendMail === false ? unsent : sent}. Send the same request again with it as "emailVerificationCode".`);
  }
}

function wanted(plainMessage: string): HttpFailure {
  return new HttpFailure(400, 'email_verification_required', { plainMessage, details: { hint: plainMessage } });
}

/** Uses up the code of the request. Only the host books such event types without one. */
export async function checkEmailVerified(tx: Transaction, service: Service, { target, body }: Wish): Promise<void> {
  if (!isAsked(target)) return;
  const claim = claimOf({ target, body });
  const { emailVerificationCode: code } = body;
  if (claim === undefined || code === undefined) throw new UnprovedEmail();
  const { processNow = Date.now } = service;
  const codeHash = hashEmailCode(await readSigningSecret(tx, processNow()), claim, code.trim());
  if (await takeEmailCode(tx, claim, { codeHash, maximumAttempts: MAXIMUM_ATTEMPTS, processNow: processNow() })) return;
  const hint = `"${code}" is not the code that was sent to "${claim.email}", or it was used, is too old, or was tried too often. Send the request without "emailVerificationCode" to get a new one.`;
  throw new HttpFailure(400, 'invalid_verification_code', { plainMessage: hint, details: { hint } });
}

function isAsked({ eventType, isHost }: BookingTarget): boolean {
  return eventType.options.requiresBookerEmailVerification === true && !isHost;
}

function claimOf({ target, body }: Wish): EmailClaim | undefined {
  const { email } = body.attendee;
  return email === undefined || !isAsked(target) ? undefined : { eventTypeId: target.eventType.id, email };
}
