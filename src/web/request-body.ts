import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { describeIssues } from '../toolkit/issues.ts';

const LONGEST_BODY = 100_000;

/** The JSON body of a request, checked; throws `invalid_input` that names the value at fault. */
export async function readBody<Output>(request: Request, schema: z.ZodType<Output>, longest = LONGEST_BODY): Promise<Output> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\b/.test(type)) {
    throw new AppError('invalid_input', `The body has the type "${type}".`, {
      hint: 'Send JSON, with the header "content-type: application/json".',
    });
  }
  const body = parseJson(await readText(request, longest));
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `The request is not understood: ${describeIssues(parsed.error, body)}.`);
}

async function readText(request: Request, longest: number): Promise<string> {
  const tooLong = new AppError('invalid_input', `The body is longer than ${longest} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > longest) throw tooLong;
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const bytes of request.body ?? []) {
    length += bytes.byteLength;
    if (length > longest) throw tooLong;
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', 'The body is not JSON.', { cause });
  }
}
