import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { backgroundPreset } from '../../wire/whereby/themes.ts';
import { nameOf, roomName, type WherebyContext, whereby } from './fields.ts';
import { findRoom } from './find-room.ts';

const NOT_READABLE = { none: 'Whereby does not tell how a room looked before, so nothing can be put back.' } as const;

const color = z
  .string()
  .trim()
  .regex(/^#[0-9a-fA-F]{6}$/, { error: 'must be "#" and six hexadecimal digits' })
  .optional()
  .describe('For example "#00615d".');

const image = z.string().max(900_000).optional().describe('A PNG of 600 kB at most, in base64.');

const changed = z.object({ changed: z.literal(true), roomName: z.string() });

const toChangedCard = ({ roomName: name }: z.output<typeof changed>): Card => ({
  kind: 'notice',
  title: `The room "${name}" has a new look`,
  status: { text: 'Changed', tone: 'good' },
});

export const setRoomColors = defineTool({
  ...whereby,
  name: 'set_room_colors',
  summary: "Set a room's colours, or go back to the default ones.",
  effect: 'write',
  command: { resource: 'rooms', action: 'colors', positionals: ['room_name'] },
  example: { room_name: 'my-meeting-room', primary: '#00615d' },
  undo: NOT_READABLE,
  input: z.strictObject({
    room_name: roomName,
    primary: color,
    secondary: color,
    focus: color,
    default: z.boolean().optional().describe('True for the default colours.'),
  }),
  output: changed,
  plan: async (wanted, context: WherebyContext) => {
    const { room_name: name, default: isDefault, ...colors } = wanted;
    if (isDefault !== true && Object.values(colors).every((given) => given === undefined)) {
      throw new AppError('invalid_input', 'No colour was given.', { hint: 'Give "primary", "secondary" or "focus", or "default": true.' });
    }
    const fields = isDefault === true ? [{ label: 'Colours', value: 'the default ones' }] : toFields(colors);
    return await planLook(name, { fields, rest: { ...wanted }, context });
  },
  run: (wanted, context: WherebyContext) =>
    setLook(wanted.room_name, context, async (name) => {
      const { primary, secondary, focus } = wanted;
      const tokens =
        wanted.default === true
          ? { tokensPreset: 'default' as const }
          : { tokens: { colors: { primary, secondary, focus } }, tokensPreset: 'custom' as const };
      await context.clients.whereby.setThemeTokens(name, tokens, { signal: context.signal });
    }),
  card: toChangedCard,
});

export const setRoomLogo = defineTool({
  ...whereby,
  name: 'set_room_logo',
  summary: "Set a room's logo, or go back to the default one.",
  effect: 'write',
  command: { resource: 'rooms', action: 'logo', positionals: ['room_name'] },
  example: { room_name: 'my-meeting-room' },
  undo: NOT_READABLE,
  input: z.strictObject({
    room_name: roomName,
    image: image.describe('A PNG of 600 kB at most, in base64; the default logo when absent.'),
  }),
  output: changed,
  plan: (wanted, context: WherebyContext) => {
    const fields = [{ label: 'Logo', value: wanted.image === undefined ? 'the default one' : `a picture of ${sizeOf(wanted.image)}` }];
    return planLook(wanted.room_name, { fields, rest: { ...wanted }, context });
  },
  run: ({ room_name: given, image: picture }, context: WherebyContext) =>
    setLook(given, context, (name) =>
      context.clients.whereby.setThemeLogo(name, picture === undefined ? { theme: 'default' } : toBlob(picture), {
        signal: context.signal,
      }),
    ),
  card: toChangedCard,
});

const { palette, theme } = backgroundPreset.shape;

export const setRoomBackground = defineTool({
  ...whereby,
  name: 'set_room_background',
  summary: "Set the background of a room, or of its door's page.",
  effect: 'write',
  command: { resource: 'rooms', action: 'background', positionals: ['room_name'] },
  example: { room_name: 'my-meeting-room', theme: 'mountains' },
  undo: NOT_READABLE,
  input: z.strictObject({
    room_name: roomName,
    page: z.enum(['room', 'knock']).optional().describe('"room" when absent.'),
    palette: palette.unwrap().unwrap().optional().describe('Its colours, for example "grey".'),
    theme: theme.unwrap().unwrap().optional().describe('A picture that is there, for example "mountains".'),
    image,
  }),
  output: changed,
  plan: async (wanted, context: WherebyContext) => {
    const { room_name: name, page = 'room', image: picture, ...preset } = wanted;
    const isPreset = preset.palette !== undefined || preset.theme !== undefined;
    if (isPreset === (picture !== undefined)) {
      throw new AppError(
        'invalid_input',
        isPreset ? 'Both a picture and a preset were given.' : 'Neither a picture nor a preset was given.',
        {
          hint: 'Give "image", or "palette" and "theme".',
        },
      );
    }
    const fields = [
      { label: 'Page', value: page === 'knock' ? 'where guests knock' : 'the room' },
      ...(picture === undefined ? toFields(preset) : [{ label: 'Picture', value: sizeOf(picture) }]),
    ];
    return await planLook(name, { fields, rest: { ...wanted, page }, context });
  },
  run: ({ room_name: given, page, image: picture, ...preset }, context: WherebyContext) =>
    setLook(given, context, async (name) => {
      const { whereby: client } = context.clients;
      const background = picture === undefined ? preset : toBlob(picture);
      if (page === 'knock') await client.setKnockPageBackground(name, background, { signal: context.signal });
      else await client.setRoomBackground(name, background, { signal: context.signal });
    }),
  card: toChangedCard,
});

interface Look<Input> {
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly rest: Input;
  readonly context: WherebyContext;
}

async function planLook<Input extends { readonly room_name: string }>(given: string, { fields, rest, context }: Look<Input>) {
  const name = nameOf(await findRoom(given, context));
  const card: Card = { kind: 'record', title: `How "${name}" looks`, fields: [{ label: 'Room', value: name }, ...fields] };
  return { card, before: null, input: { ...rest, room_name: name } };
}

async function setLook(given: string, context: WherebyContext, work: (name: string) => Promise<void>) {
  const name = nameOf(await findRoom(given, context));
  await work(`/${name}`);
  return { changed: true as const, roomName: name };
}

function toFields(values: Readonly<Record<string, string | undefined>>) {
  return Object.entries(values).flatMap(([label, value]) =>
    value === undefined ? [] : [{ label: label.charAt(0).toUpperCase() + label.slice(1), value }],
  );
}

function toBlob(base64: string): Blob {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') {
    throw new AppError('invalid_input', `"image" is no PNG in base64; it begins with "${base64.slice(0, 12)}".`, {
      hint: 'Read the file and encode all of it, without "data:" before it.',
    });
  }
  return new Blob([new Uint8Array(bytes)], { type: 'image/png' });
}

function sizeOf(base64: string): string {
  return `${Math.ceil(toBlob(base64).size / 1000)} kB`;
}
