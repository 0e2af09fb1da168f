import { getWherebyFile } from '../../store/whereby-files.ts';
import { isUuid } from '../../store/whereby-presence.ts';
import { notFound, WherebyFailure } from './failure.ts';
import type { WherebyApp, WherebyService } from './operation.ts';
import { isFileLinkValid } from './signed-links.ts';

/** Answers the links that `signFileLink` makes. They need no key. */
export function serveFiles(app: WherebyApp, service: WherebyService): void {
  app.get('/v1-files/:fileId/:filename', async (context) => {
    const { fileId, filename } = context.req.param();
    const { expires = '', signature = '' } = context.req.query();
    if (!isUuid(fileId) || !(await isFileLinkValid(service, { fileId, expires, signature }))) {
      throw new WherebyFailure(403, 'This link is not valid, or not any more: ask the API for a new one.');
    }
    const file = await getWherebyFile(service.store.db, fileId);
    if (file === undefined) throw notFound();
    return context.body(new Uint8Array(file.content), 200, {
      'Content-Type': file.contentType,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`,
      'Cache-Control': 'private, no-store',
      'X-Content-Type-Options': 'nosniff',
    });
  });
}
