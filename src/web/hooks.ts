import { Hono } from 'hono';
import { AppError } from '../errors.ts';
import type { WebEnvironment } from './visitor.ts';

/** What other services send here; their signature says who they are. */
export interface Hooks {
  cal(account: string, message: { readonly signature: string | null; readonly body: string }): Promise<{ readonly trigger: string }>;
}

const LONGEST_BODY = 1_000_000;

/** `/hooks/cal` for the default account of Cal.com, `/hooks/cal/work` for another one. No session, no cookie, no key. */
export function createHookRoutes(hooks: Hooks): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();
  for (const path of ['/cal', '/cal/:account'] as const) {
    app.post(path, async (context) => {
      const account = context.req.param('account') ?? 'default';
      const message = { signature: context.req.header('x-cal-signature-256') ?? null, body: await readText(context.req.raw) };
      const { trigger } = await hooks.cal(account, message);
      return context.json({ received: trigger });
    });
  }
  return app;
}

/** The bytes as they were signed. */
async function readText(request: Request): Promise<string> {
  const tooLong = new AppError('invalid_input', `The message is longer than ${LONGEST_BODY} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > LONGEST_BODY) throw tooLong;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of request.body ?? []) {
    length += bytes.byteLength;
    if (length > LONGEST_BODY) throw tooLong;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
