/** What a page of ours may load: its own files, nothing inline, nothing from elsewhere; and nobody may frame it. */
export const PAGE_POLICY = contentPolicy();

/** The policy of a page whose one style stands in it; `styleHash` is the base64 SHA-256 of that style. */
export function styledPagePolicy(styleHash: string): string {
  return contentPolicy({ styles: `'sha256-${styleHash}'` });
}

/** A policy that differs from the strict one in where styles or images may come from. */
export function contentPolicy({
  styles = "'self'",
  images = "'self'",
}: {
  readonly styles?: string;
  readonly images?: string;
} = {}): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    `img-src ${images}`,
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const HEADERS = {
  'content-security-policy': PAGE_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

/** Puts the security headers on an answer of the app; one that the answer has already stays. */
export function secure(headers: Headers): void {
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
}
