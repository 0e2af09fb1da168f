/** Writes one line of an answer. */
export type Send<Event> = (event: Event) => void;

/** An answer of lines, each one event as JSON. A client that goes away ends what runs for it. */
export function answerLines<Event>(gone: AbortSignal, work: (send: Send<Event>, signal: AbortSignal) => Promise<void>): Response {
  const left = new AbortController();
  const signal = AbortSignal.any([gone, left.signal]);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send: Send<Event> = (event) => {
        if (!signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
      };
      void work(send, signal).finally(() => {
        if (!signal.aborted) controller.close();
      });
    },
    cancel: () => left.abort(),
  });
  return new Response(body, { headers: { 'content-type': 'application/jsonl' } });
}
