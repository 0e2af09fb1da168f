import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  /** Names in lower case; as they came, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded, by media type. */
  readonly parts: Readonly<Record<string, string>>;
  /** The whole content type of a part, by media type. */
  readonly types: Readonly<Record<string, string>>;
}

export interface MailServer {
  readonly url: string;
  readonly received: ReceivedMail[];
  /** What the server says to the next recipients: a status and a sentence. */
  refusal: { readonly status: number; readonly text: string } | undefined;
  stop(): Promise<void>;
}

/** A real SMTP server on a free port of the loopback, which keeps what it takes. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo: (_address, _session, callback) => {
      const { refusal } = result;
      callback(refusal === undefined ? null : Object.assign(new Error(refusal.text), { responseCode: refusal.status }));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        received.push(parseMail(Buffer.concat(chunks).toString(), { from, to: rcptTo.map(({ address }) => address) }));
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const result: MailServer = {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refusal: undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return result;
}

function parseMail(raw: string, envelope: Pick<ReceivedMail, 'from' | 'to'>): ReceivedMail {
  const parts: Record<string, string> = {};
  const types: Record<string, string> = {};
  collect(raw, parts, types);
  return { ...envelope, raw, headers: readHeaders(raw), parts, types };
}

function readHeaders(entity: string): Record<string, string> {
  const head = entity.slice(0, entity.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  return Object.fromEntries(
    head.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

function collect(entity: string, parts: Record<string, string>, types: Record<string, string>): void {
  const headers = readHeaders(entity);
  const type = headers['content-type'] ?? 'text/plain';
  const body = entity.slice(entity.indexOf('\r\n\r\n') + 4);
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (type.startsWith('multipart/') && boundary !== undefined) {
    for (const part of body.split(`--${boundary}`).slice(1, -1)) collect(part.replace(/^\r\n/, ''), parts, types);
    return;
  }
  const media = type.split(';')[0] ?? '';
  parts[media] = decode(body, headers['content-transfer-encoding'] ?? '7bit');
  types[media] = type;
}

function decode(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString();
  if (!/quoted-printable/i.test(encoding)) return body;
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_match, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
