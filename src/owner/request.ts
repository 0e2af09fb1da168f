import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** The body of a request to the owner as the schema reads it; no body is an empty object. */
export async function parseBody<Output>(schema: z.ZodType<Output>, request: Request): Promise<Output> {
  const parsed = schema.safeParse(readJson(await request.text()));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `"${issue.path.join('.')}": ${issue.message}`);
  throw new AppError('invalid_input', `The request is not understood: ${issues.join('; ')}.`);
}

function readJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', 'The request body is not JSON.', { cause });
  }
}
