import { isAbsolute } from 'node:path';
import type { Hono } from 'hono';
import { z } from 'zod';
import type { DoorEnv } from './door.ts';
import { parseBody } from './request.ts';

/** What a backup holds. */
export interface BackupReport {
  /** Absolute path. */
  readonly file: string;
  /** ISO instant: the moment it shows. */
  readonly createdAt: string;
  readonly rows: number;
  /** Rows of each table that has any. */
  readonly tables: Readonly<Record<string, number>>;
}

/** What the owner does for keeping its data while it goes on serving. */
export interface Keeping {
  backUp(file: string, options: { readonly replace: boolean }): Promise<BackupReport>;
}

/** The owner is the same person on the same machine: it writes the file itself. */
const backupBody = z.object({ file: z.string().refine(isAbsolute, 'is no absolute path'), replace: z.boolean().default(false) });

/** `/owner/backup` */
export function addKeepingRoutes(app: Hono<{ Bindings: DoorEnv }>, keeping: Keeping): void {
  app.post('/backup', async (context) => {
    const { file, replace } = await parseBody(backupBody, context.req.raw);
    return context.json(await keeping.backUp(file, { replace }));
  });
}
