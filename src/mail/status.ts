/** Where mail goes. */
export interface MailSettings {
  /** "smtps://user:password@mail.example.com"; absent: messages are only kept. */
  readonly smtpUrl?: string | undefined;
  /** "Kalends <calendar@example.com>" */
  readonly from?: string | undefined;
}

export interface MailStatus {
  readonly canSend: boolean;
  /** A sentence for people who would otherwise wait for an invitation; absent when mail is sent. */
  readonly notice?: string;
}

/** Whether messages leave this installation. */
export function mailStatus({ smtpUrl }: MailSettings): MailStatus {
  if (smtpUrl !== undefined) return { canSend: true };
  return { canSend: false, notice: 'No invitation was sent: SMTP_URL is not set. It is kept; `kalends mail list` shows it.' };
}

/** Where messages come from: "calendar@example.com". */
export function addressOf({ from }: MailSettings): string | undefined {
  return from === undefined ? undefined : (/<([^<>\s]+@[^<>\s]+)>\s*$/.exec(from)?.[1] ?? from.trim());
}

/** Domains that no mail can reach (RFC 2606, RFC 6762), such as the addresses Kalends itself fills in where none is known. */
export function isReachable(address: string): boolean {
  return !/(?:^|[@.])(?:invalid|local|localhost|test|example)$/i.test(address);
}
