import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEventStream } from './event-stream.ts';

async function read(text: string, cuts: readonly number[] = []): Promise<readonly unknown[]> {
  const bytes = new TextEncoder().encode(text);
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((left, right) => left - right);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      let from = 0;
      for (const end of ends) {
        controller.enqueue(bytes.slice(from, end));
        from = end;
      }
      controller.close();
    },
  });
  const values: unknown[] = [];
  for await (const value of readEventStream(body)) values.push(value);
  return values;
}

test('reads one value per event and ends at [DONE]', async () => {
  expect(await read('data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\ndata: {"a":3}\n\n')).toEqual([{ a: 1 }, { a: 2 }]);
});

test('passes over comments and other fields', async () => {
  expect(await read(': keep-alive\n\nevent: message\nid: 4\ndata:{"a":1}\r\n\r\n')).toEqual([{ a: 1 }]);
});

test('reads a last event that lacks its empty line', async () => {
  expect(await read('data: 1\n\ndata: 2')).toEqual([1, 2]);
});

test('reads the same values wherever the bytes are cut', async () => {
  const values = [{ delta: 'Zoë – 14:00' }, { delta: '日本' }, { n: [1, 2] }];
  const text = values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 12 }), async (cuts) => {
      expect(await read(text, cuts)).toEqual(values);
    }),
  );
});
