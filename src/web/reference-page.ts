import type { Hono } from 'hono';
import { contentPolicy } from './headers.ts';
import { openStaticFiles } from './static-files.ts';
import type { WebEnvironment } from './visitor.ts';

/** The drawings of the viewer's buttons stand in its style sheet as `data:` addresses. */
const POLICY = contentPolicy({ images: "'self' data:" });

/** `/docs`: the service's OpenAPI document to read and to try, from files of this installation alone. */
export function serveReferencePage(app: Hono<WebEnvironment>, directory: string): void {
  const files = openStaticFiles(directory);
  app.get('/docs', (context) => context.redirect('/docs/', 301));
  app.get('/docs/*', async (context, next) => {
    const { raw } = context.req;
    const url = new URL(raw.url);
    url.pathname = url.pathname.slice('/docs'.length);
    const file = url.pathname === '/' ? files.servePage(raw) : files.serve(new Request(url, raw));
    if (file === undefined) return await next();
    file.headers.set('content-security-policy', POLICY);
    return file;
  });
}
