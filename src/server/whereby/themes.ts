import type { Transaction } from '../../store/store.ts';
import { createWherebyFile, deleteWherebyFiles } from '../../store/whereby-files.ts';
import { findWherebyRoom, isOpen, setWherebyTheme } from '../../store/whereby-rooms.ts';
import type { WherebyBackground, WherebyTheme } from '../../store/whereby-tables.ts';
import { backgroundPreset, setKnockPageBackground, setRoomBackground, setThemeLogo, setThemeTokens } from '../../wire/whereby/themes.ts';
import type { Caller } from '../authenticate.ts';
import { readBody } from '../request-body.ts';
import { notFound, WherebyFailure } from './failure.ts';
import { serveOperation, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';
import { inRoom, type Scene } from './scene.ts';

export function serveThemes(app: WherebyApp, service: WherebyService): void {
  const change = (caller: Caller, roomName: string | undefined, work: (scene: Scene) => Promise<WherebyTheme>) =>
    changeTheme(service, { caller, roomName }, work);

  serveOperation(app, setThemeTokens, ({ caller, params, body }) =>
    change(caller, params.roomName, async ({ room }) => {
      const { primary, secondary, focus } = body.tokens?.colors ?? {};
      return {
        ...room.theme,
        ...(body.tokens
          ? {
              colors: {
                ...room.theme.colors,
                ...(primary ? { primary } : {}),
                ...(secondary ? { secondary } : {}),
                ...(focus ? { focus } : {}),
              },
            }
          : {}),
        tokensPreset: body.tokensPreset ?? 'default',
      };
    }),
  );

  serveOperation(
    app,
    setThemeLogo,
    ({ caller, params, body }) =>
      change(caller, params.roomName, async (scene) => {
        const { logoFileId, ...others } = scene.room.theme;
        const fileId = body instanceof FormData ? await keepImage(scene, body) : undefined;
        await deleteWherebyFiles(scene.tx, [logoFileId]);
        return fileId === undefined ? others : { ...others, logoFileId: fileId };
      }),
    { readBody: readFormOrJson },
  );

  for (const [endpoint, name] of [
    [setRoomBackground, 'roomBackground'],
    [setKnockPageBackground, 'knockPageBackground'],
  ] as const) {
    serveOperation(
      app,
      endpoint,
      ({ caller, params, body }) =>
        change(caller, params.roomName, async (scene) => {
          const background = body instanceof FormData ? { fileId: await keepImage(scene, body) } : toPreset(backgroundPreset.parse(body));
          await deleteWherebyFiles(scene.tx, [scene.room.theme[name]?.fileId]);
          return { ...scene.room.theme, [name]: background };
        }),
      { readBody: readFormOrJson },
    );
  }
}

function toPreset({ palette, theme }: { palette?: string | null | undefined; theme?: string | null | undefined }): WherebyBackground {
  return { ...(palette ? { palette } : {}), ...(theme ? { theme } : {}) };
}

async function changeTheme(
  service: WherebyService,
  { caller, roomName = '' }: { readonly caller: Caller; readonly roomName: string | undefined },
  work: (scene: Scene) => Promise<WherebyTheme>,
): Promise<undefined> {
  const room = await findWherebyRoom(service.store.db, { userId: caller.id, name: toRoomName(roomName) });
  if (room === undefined || !isOpen(room, service.now())) throw notFound();
  await inRoom(service, room.id, async (scene) => setWherebyTheme(scene.tx, room.id, await work(scene)));
  return undefined;
}

/** What a picture may weigh. */
const MAXIMUM_IMAGE_BYTES = 600_000;
/** The picture and what the form needs around it. */
const MAXIMUM_FORM_BYTES = MAXIMUM_IMAGE_BYTES + 20_000;

/** The form, or the JSON, that a theme is sent as; nothing else. */
async function readFormOrJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (/^application\/json\b/i.test(type)) return await readBody(request);
  if (!/^multipart\/form-data\b/i.test(type)) throw new WherebyFailure(400, 'Content-Type must be multipart/form-data or application/json');
  const bytes = await readBytes(request);
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new WherebyFailure(400, 'The form could not be read: send the picture as the field "image" of multipart/form-data.');
  }
}

async function readBytes({ body, headers }: Request): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new WherebyFailure(413, `The picture is larger than ${MAXIMUM_IMAGE_BYTES / 1000} kB.`);
  if (Number(headers.get('content-length') ?? 0) > MAXIMUM_FORM_BYTES) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAXIMUM_FORM_BYTES) throw tooLarge;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** How the kinds of pictures begin, in hexadecimal. */
const SIGNATURES: readonly (readonly [string, RegExp])[] = [
  ['image/png', /^89504e470d0a1a0a/],
  ['image/jpeg', /^ffd8ff/],
  ['image/gif', /^474946383[79]61/],
  ['image/webp', /^52494646.{8}57454250/],
];

async function keepImage(
  scene: { readonly tx: Transaction; readonly room: { readonly userId: number }; readonly at: number },
  form: FormData,
) {
  const image = form.get('image');
  if (!(image instanceof Blob)) throw new WherebyFailure(400, 'The form has no file in its field "image".');
  const content = new Uint8Array(await image.arrayBuffer());
  if (content.length > MAXIMUM_IMAGE_BYTES) throw new WherebyFailure(413, `The picture is larger than ${MAXIMUM_IMAGE_BYTES / 1000} kB.`);
  const beginning = Buffer.from(content.subarray(0, 16)).toString('hex');
  const contentType = SIGNATURES.find(([, signature]) => signature.test(beginning))?.[0];
  if (contentType === undefined) throw new WherebyFailure(400, 'The file in "image" is no picture: send a PNG, JPEG, GIF or WebP.');
  return await createWherebyFile(scene.tx, { userId: scene.room.userId, contentType, content, now: scene.at });
}
