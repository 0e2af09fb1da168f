import { AppError, toErrorEnvelope } from '../errors.ts';
import { secure } from './headers.ts';

/** The envelope of `/tools`, with the status of its code. What is no `AppError` is a bug and goes to the process's error stream. */
export function toToolsFailure(error: unknown): Response {
  if (!(error instanceof AppError)) console.error(error);
  const status = error instanceof AppError ? error.status : 500;
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (status === 401) headers.set('www-authenticate', 'Bearer realm="kalends"');
  if (error instanceof AppError && error.retryAfterSeconds !== undefined) headers.set('retry-after', `${error.retryAfterSeconds}`);
  secure(headers);
  return Response.json({ success: false, data: null, error: toErrorEnvelope(error) }, { status, headers });
}
