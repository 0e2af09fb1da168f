import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { nothing } from './page.ts';

const color = z.string().regex(/^#[a-fA-F0-9]{6}$/, { error: 'a color must be written as "#" and six hexadecimal digits' });

export const themeTokens = z.object({
  tokens: z
    .object({ colors: z.object({ primary: color.nullish(), secondary: color.nullish(), focus: color.nullish() }).nullish() })
    .nullish(),
  tokensPreset: z.enum(['custom', 'default']).nullish(),
});

export type ThemeTokens = z.input<typeof themeTokens>;

export const setThemeTokens = endpoint({
  method: 'PUT',
  path: '/rooms/:roomName/theme/tokens',
  body: themeTokens,
  response: nothing,
  status: 204,
  isRepeatable: true,
});

/** Sent as a form whose field `image` is the picture. */
export const imageForm = z.instanceof(FormData);

export const logoPreset = z.object({ theme: z.enum(['default']).nullish() });

export type LogoPreset = z.input<typeof logoPreset>;

export const setThemeLogo = endpoint({
  method: 'PUT',
  path: '/rooms/:roomName/theme/logo',
  body: z.union([imageForm, logoPreset]),
  response: nothing,
  status: 204,
  isRepeatable: true,
});

export const backgroundPreset = z.object({
  palette: z.enum(['default', 'grey', 'purple', 'burgund']).nullish(),
  theme: z.enum(['default', 'mountains', 'characters', 'rocks']).nullish(),
});

export type BackgroundPreset = z.input<typeof backgroundPreset>;

export const setRoomBackground = endpoint({
  method: 'PUT',
  path: '/rooms/:roomName/theme/room-background',
  body: z.union([imageForm, backgroundPreset]),
  response: nothing,
  status: 204,
  isRepeatable: true,
});

export const setKnockPageBackground = endpoint({
  method: 'PUT',
  path: '/rooms/:roomName/theme/room-knock-page-background',
  body: z.union([imageForm, backgroundPreset]),
  response: nothing,
  status: 204,
  isRepeatable: true,
});

/** The form of a picture. */
export function toImageForm(image: Blob, filename = 'image'): FormData {
  const form = new FormData();
  form.append('image', image, filename);
  return form;
}
