import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { generateText, jsonSchema, streamText, tool } from 'ai';
import { describe, expect, it } from 'vitest';
import { createOfflineModel } from './model.ts';

const system =
  'You are Kalends.\n<context>{"now":"2030-01-07T08:00:00Z","timeZone":"UTC","user":{"name":"Grace","email":"grace@example.com"}}</context>';
const model = createOfflineModel();

function promptOf(said: string): LanguageModelV4Prompt {
  return [
    { role: 'system', content: system },
    { role: 'user', content: [{ type: 'text', text: said }] },
  ];
}

const tools = (name: string): LanguageModelV4FunctionTool[] => [{ type: 'function', name, inputSchema: { type: 'object' } }];

async function collect(stream: ReadableStream<LanguageModelV4StreamPart>): Promise<readonly LanguageModelV4StreamPart[]> {
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

/** The person wrote again while the approval card was still open. */
function withWaitingCard(said: string): LanguageModelV4Prompt {
  const input = { eventTypeId: 2, start: '2030-01-08T14:00:00Z', attendee: { name: 'Ada', email: 'ada@example.com' } };
  const kinds = [{ id: 2, slug: '30min', title: '30 Min Meeting', lengthInMinutes: 30 }];
  const slots = { slots: { '2030-01-08': [{ start: '2030-01-08T14:00:00Z' }, { start: '2030-01-08T15:00:00Z' }] }, durationMinutes: 30 };
  const step = (toolName: string, value: object): LanguageModelV4Prompt => [
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: toolName, toolName, input }] },
    {
      role: 'tool',
      content: [
        { type: 'tool-result', toolCallId: toolName, toolName, output: { type: 'json', value: JSON.parse(JSON.stringify(value)) } },
      ],
    },
  ];
  return [
    ...promptOf('Book Ada (ada@example.com) tomorrow at 2pm'),
    ...step('list_event_types', { status: 'done', output: kinds }),
    ...step('get_available_slots', { status: 'done', output: slots }),
    ...step('create_booking', { status: 'pending', message: 'The person has not answered the approval card yet.' }),
    { role: 'user', content: [{ type: 'text', text: said }] },
  ];
}

describe('while an approval card is open', () => {
  it('leaves the answer to its buttons', async () => {
    const { content } = await model.doGenerate({ prompt: withWaitingCard('yes, do it'), tools: [] });
    expect(content).toMatchObject([{ type: 'text', text: 'Only you can approve it: press Approve on the card.' }]);
  });

  it('starts over when something is changed', async () => {
    const { content } = await model.doGenerate({ prompt: withWaitingCard('make it 3pm'), tools: tools('list_event_types') });
    expect(content).toMatchObject([{ type: 'tool-call', toolName: 'list_event_types' }]);
  });
});

describe('the offline model', () => {
  it('calls a tool by the name it has in the prompt', async () => {
    for (const name of ['list_event_types', 'cal_list_event_types', 'cal.list_event_types']) {
      const { content, finishReason } = await model.doGenerate({ prompt: promptOf('What can people book with me?'), tools: tools(name) });
      expect(content).toEqual([{ type: 'tool-call', toolCallId: 'call-1', toolName: name, input: '{}' }]);
      expect(finishReason.unified).toBe('tool-calls');
    }
  });

  it('calls by another tool what the prompt does not name, and reads what came of it', async () => {
    const prompt = promptOf('What rooms do I have?');
    const { content } = await model.doGenerate({ prompt, tools: [...tools('list_bookings'), ...tools('call_tool')] });
    const input = { name: 'list_rooms', arguments: { limit: 50 } };
    expect(content).toEqual([{ type: 'tool-call', toolCallId: 'call-1', toolName: 'call_tool', input: JSON.stringify(input) }]);
    const made = { toolCallId: 'call-1', toolName: 'call_tool' };
    const output = { type: 'json', value: { status: 'done', output: { data: [] } } } as const;
    const answered: LanguageModelV4Prompt = [
      ...prompt,
      { role: 'assistant', content: [{ type: 'tool-call', ...made, input }] },
      { role: 'tool', content: [{ type: 'tool-result', ...made, output }] },
    ];
    const after = await model.doGenerate({ prompt: answered, tools: tools('call_tool') });
    expect(after.content).toMatchObject([{ type: 'text', text: 'You have no video room just now.' }]);
  });

  it('says so when a tool is missing or none may be called', async () => {
    const said = promptOf('What can people book with me?');
    const without = await model.doGenerate({ prompt: said });
    const forbidden = await model.doGenerate({ prompt: said, tools: tools('list_event_types'), toolChoice: { type: 'none' } });
    for (const { content } of [without, forbidden]) {
      expect(content).toMatchObject([{ type: 'text', text: `I can't do that here: the tool "list_event_types" is not available.` }]);
    }
  });

  it('streams its text word by word, with what could be said next', async () => {
    const { stream } = await model.doStream({ prompt: promptOf('hello') });
    const parts = await collect(stream);
    const deltas = parts.flatMap((part) => (part.type === 'text-delta' ? [part.delta] : []));
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join('')).toBe('Hello! Shall I book something, or look at your calendar?');
    expect(parts.find(({ type }) => type === 'text-end')).toMatchObject({
      providerMetadata: { kalends: { suggestions: expect.any(Array) } },
    });
    expect(parts.at(-1)).toMatchObject({ type: 'finish', finishReason: { unified: 'stop' } });
  });

  it('marks a look-up that is only on the way to something else', async () => {
    const { content } = await model.doGenerate({ prompt: promptOf('Cancel my meeting with Ada'), tools: tools('list_bookings') });
    expect(content).toMatchObject([{ type: 'tool-call', providerMetadata: { kalends: { isLookup: true } } }]);
  });

  it('stops when it is told to', async () => {
    const early = AbortSignal.abort(new Error('stopped'));
    await expect(model.doGenerate({ prompt: promptOf('hello'), abortSignal: early })).rejects.toThrow('stopped');
    const late = new AbortController();
    const { stream } = await model.doStream({ prompt: promptOf('help'), abortSignal: late.signal });
    const reader = stream.getReader();
    await reader.read();
    late.abort(new Error('enough'));
    await expect(async () => {
      while (!(await reader.read()).done);
    }).rejects.toThrow('enough');
  });

  it('refuses a prompt that does not tell the time', async () => {
    const prompt: LanguageModelV4Prompt = [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }];
    await expect(model.doGenerate({ prompt })).rejects.toThrow('<context>');
  });

  it('works behind the AI SDK, tools and all', async () => {
    const list = tool({
      inputSchema: jsonSchema<Record<string, unknown>>({ type: 'object' }),
      execute: async () => [{ id: 1, slug: '15min', title: '15 Min Meeting', lengthInMinutes: 15 }],
    });
    const { text } = await generateText({
      model,
      system,
      prompt: 'What can people book with me?',
      tools: { list_event_types: list },
      stopWhen: ({ steps }) => steps.length > 3,
    });
    expect(text).toBe('People can book one kind of meeting with you: 15 Min Meeting (15 minutes).');
    const streamed = streamText({ model, system, prompt: 'thanks' });
    expect(await streamed.text).toBe("You're welcome.");
  });
});
