import { IssuerMismatchError, OAuthError, RegistrationRejectedError } from '@modelcontextprotocol/client';

/**
 * Why a login service gave no tokens, as the end of a sentence. Only our own words and codes: the text of such an error carries what was answered, which
 * may be tokens, a page of somebody else, or words for a terminal.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof IssuerMismatchError) return 'somebody other than its login service answered.';
  if (error instanceof RegistrationRejectedError) return `its login service refuses to register Kalends (status ${error.status}).`;
  if (error instanceof OAuthError && /^[a-z_]{1,60}$/.test(error.code)) return `its login service said "${error.code}".`;
  if (error instanceof Error && error.name === 'TimeoutError') return 'its login service did not answer in time.';
  return 'its login service cannot be reached, or does not answer as one should.';
}
