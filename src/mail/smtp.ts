import type { SendMailOptions, Transporter } from 'nodemailer';
import type { MailRecord } from '../store/mails.ts';
import { splitInvitation } from './invitation.ts';
import { toOneLine } from './plain-text.ts';

/** Gives messages to a mail server. */
export interface MailSender {
  /** Settles when the server took it; throws `RefusedMail` when it never will. */
  send(mail: MailRecord): Promise<void>;
  close(): Promise<void>;
}

/** The server will not take this message, however often it is tried. */
export class RefusedMail extends Error {
  override readonly name = 'RefusedMail';
}

export interface SmtpOptions {
  readonly smtpUrl: string;
  /** "Kalends <calendar@example.com>" */
  readonly from: string;
}

/** A sender through SMTP. A message keeps its Message-ID over all attempts, by which receivers know a repetition. */
export function createSmtpSender({ smtpUrl, from }: SmtpOptions): MailSender {
  let opening: Promise<Transporter> | undefined;
  const open = async (): Promise<Transporter> => {
    // Most processes send nothing: it is loaded with the first message.
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url: smtpUrl,
      pool: true,
      maxConnections: 2,
      connectionTimeout: 15_000,
      greetingTimeout: 15_000,
      socketTimeout: 30_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'kalends.invalid';
  return {
    async send(mail) {
      opening ??= open();
      const transport = await opening;
      try {
        await transport.sendMail({
          from,
          to: { name: toOneLine(mail.recipientName), address: mail.recipient },
          ...(mail.replyTo === null ? {} : { replyTo: { name: '', address: mail.replyTo } }),
          subject: toOneLine(mail.subject, 250),
          text: mail.text,
          html: mail.html,
          messageId: `<${mail.id}@${domain}>`,
          // No answering machine shall answer a machine (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          ...toCalendarParts(mail.calendar),
        });
      } catch (error) {
        throw isRefusal(error) ? new RefusedMail(messageOf(error), { cause: error }) : error;
      }
    },
    async close() {
      (await opening)?.close();
    },
  };
}

/** The first entry is offered by mail programs as an invitation; further ones of a series are attached, each with its own method. */
function toCalendarParts(calendar: string | null): Pick<SendMailOptions, 'icalEvent' | 'attachments'> {
  const [first, ...others] = calendar === null ? [] : splitInvitation(calendar);
  if (first === undefined) return {};
  return {
    icalEvent: { ...first, filename: 'invite.ics' },
    attachments: others.map(({ method, content }, index) => ({
      filename: `invite-${index + 2}.ics`,
      content,
      contentType: `text/calendar; charset=utf-8; method=${method}`,
    })),
  };
}

/** A wrong password or an unknown host is ours to mend, so it is tried again; a mailbox that is not there is not. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { readonly code?: unknown; readonly responseCode?: unknown };
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof responseCode === 'number' && responseCode >= 500;
}

export function messageOf(error: unknown): string {
  return toOneLine(error instanceof Error ? error.message : String(error), 500);
}
