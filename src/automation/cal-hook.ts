import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';

/** Takes what a hosted Cal.com sends to its webhook here. */
export interface CalHook {
  /** Throws an `AppError`: `not_configured`, `unauthenticated`, `stale_approval` or `conflict` for what must not be believed. */
  receive(account: string, message: { readonly signature: string | null; readonly body: string }): Promise<CalNews>;
}

export interface CalNews {
  readonly trigger: string;
  /** The bookings it was about. */
  readonly bookingUids: readonly string[];
}

export interface CalHookOptions {
  /** The secret that was given to Cal.com with the webhook of this account. */
  readonly secretOf: (account: string) => string | undefined;
  /** In one transaction: keeps the digest, unless it is there, and sees to the bookings. False when it was there. */
  readonly take: (message: {
    readonly account: string;
    readonly digest: string;
    readonly bookingUids: readonly string[];
    readonly trigger: string;
    /** ISO instant, as Cal.com wrote it. */
    readonly createdAt: string;
    /** All of it. */
    readonly payload: unknown;
  }) => Promise<boolean>;
  /** Never stands still. */
  readonly processNow: () => number;
}

/** Cal.com signs no time of its own: the message's is inside what it signs. */
const OLDEST_MS = 3_600_000;
const AHEAD_MS = 300_000;

/** How long a message is known: one that is older is refused for its age. */
export const REMEMBERED_MS = OLDEST_MS + AHEAD_MS + 60_000;

const uid = z.string().min(1).max(200);
const news = z.object({
  triggerEvent: z.string().max(100),
  createdAt: z.string(),
  payload: z.looseObject({ uid: uid.optional(), rescheduleUid: uid.optional() }).optional(),
});

export function createCalHook({ secretOf, take, processNow }: CalHookOptions): CalHook {
  return {
    async receive(account, { signature, body }) {
      const secret = secretOf(account);
      if (secret === undefined || secret === '') {
        throw new AppError('not_configured', `No webhook of the Cal.com account "${account}" is expected here.`, {
          hint: 'Set CALCOM_WEBHOOK_SECRET to the secret that Cal.com was given with the webhook.',
        });
      }
      const digest = createHmac('sha256', secret).update(body, 'utf8').digest();
      const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature ?? '') ? (signature ?? '') : '', 'hex');
      if (given.length !== digest.length || !timingSafeEqual(given, digest)) {
        throw new AppError('unauthenticated', 'The signature in "X-Cal-Signature-256" is not that of this message.', {
          hint: 'Give Cal.com and CALCOM_WEBHOOK_SECRET the same secret.',
        });
      }
      const parsed = news.safeParse(parseJson(body));
      if (!parsed.success) throw new AppError('invalid_input', 'The message is none of Cal.com, although its signature is right.');
      const { triggerEvent: trigger, createdAt, payload } = parsed.data;
      const ageMs = processNow() - Date.parse(createdAt);
      if (!(ageMs <= OLDEST_MS && ageMs >= -AHEAD_MS)) {
        throw new AppError(
          'conflict',
          `The message says that it is of "${createdAt}", which is too ${ageMs > 0 ? 'old' : 'far ahead'} to be believed.`,
          {
            hint: 'If it is new, set the clock of this machine.',
          },
        );
      }
      const bookingUids = [...new Set([payload?.uid, payload?.rescheduleUid].filter((found) => found !== undefined))];
      const name = createHash('sha256').update(`cal ${account}\n${body}`).digest('hex');
      if (!(await take({ account, digest: name, bookingUids, trigger, createdAt, payload: payload ?? null }))) {
        throw new AppError('conflict', 'This message was received before; nothing was done now.');
      }
      return { trigger, bookingUids };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
