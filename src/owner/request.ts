import type { z } from 'zod';
import { AppError } from '../errors.ts';
import { describeIssues } from '../toolkit/issues.ts';

/** The body of a request to the owner as the schema reads it; no body is an empty object. */
export async function parseBody<Output>(schema: z.ZodType<Output>, request: Request): Promise<Output> {
  const body = readJson(await request.text());
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `The request is not understood: ${describeIssues(parsed.error, body)}.`);
}

/** The query of a request to the owner as the schema reads it. */
export function parseQuery<Output>(schema: z.ZodType<Output>, query: Readonly<Record<string, string>>): Output {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `The request is not understood: ${describeIssues(parsed.error, query)}.`);
}

function readJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', 'The request body is not JSON.', { cause });
  }
}
