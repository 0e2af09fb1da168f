/** The JSON values of a server-sent event stream, in order; ends at `[DONE]` or with the body. */
export async function* readEventStream(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let buffered = '';
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // At the end a last event may lack its empty line.
      buffered += done ? `${decoder.decode()}\n\n` : decoder.decode(value, { stream: true });
      const events = buffered.split(/\r?\n\r?\n/);
      buffered = events.pop() ?? '';
      for (const data of events.map(dataOf)) {
        // The rest is read, not cancelled: the other side closes by itself and should not take it for a stop.
        isOver ||= data === '[DONE]';
        if (data !== '' && !isOver) yield JSON.parse(data);
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function dataOf(event: string): string {
  return event
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).replace(/^ /, ''))
    .join('\n');
}
