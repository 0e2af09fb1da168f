import { createHash } from 'node:crypto';
import { styledPagePolicy } from './headers.ts';

export interface ErrorPage {
  readonly status: number;
  readonly title: string;
  readonly message: string;
  /** What to type into a terminal. */
  readonly command?: string;
}

const STYLE = `:root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;font:1rem/1.6 system-ui,sans-serif;background:Canvas;color:CanvasText}main{max-width:32rem;padding:2rem}h1{font-size:1.4rem;font-weight:600;margin:0 0 .5rem}p{margin:.5rem 0}code{font:.95em ui-monospace,monospace;padding:.2em .5em;border:1px solid color-mix(in srgb,CanvasText 20%,transparent);border-radius:.4em}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** A failure for somebody who looks at it in a browser; needs no file of the page and no script. */
export function toErrorPage({ status, title, message, command }: ErrorPage): Response {
  const line = command === undefined ? '' : `<p><code>${escapeHtml(command)}</code></p>`;
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} – Kalends</title><style>${STYLE}</style></head><body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(message)}</p>${line}</main></body></html>`;
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': styledPagePolicy(STYLE_HASH),
    },
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
