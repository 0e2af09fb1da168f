import type { KalendsChunk } from '../agent/messages.ts';

/** The headers of the AI SDK's UI message stream, version 1; the last one keeps proxies from holding events back. */
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-vercel-ai-ui-message-stream': 'v1',
  'x-accel-buffering': 'no',
} as const;

const KEEP_ALIVE_MS = 15_000;

/** An answer's chunks as server-sent events. When the reader goes away, the chunks are cancelled. */
export function toEventStreamResponse(chunks: ReadableStream<KalendsChunk>): Response {
  const encoder = new TextEncoder();
  const reader = chunks.getReader();
  let timer: ReturnType<typeof setInterval> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => controller.enqueue(encoder.encode(': still here\n\n')), KEEP_ALIVE_MS);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      controller.enqueue(encoder.encode(done ? 'data: [DONE]\n\n' : `data: ${JSON.stringify(value)}\n\n`));
      if (!done) return;
      clearInterval(timer);
      controller.close();
    },
    async cancel(reason) {
      clearInterval(timer);
      await reader.cancel(reason);
    },
  });
  return new Response(body, { headers: HEADERS });
}
