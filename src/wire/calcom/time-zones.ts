import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';

const cityTimeZone = z.object({
  city: z.string(),
  /** IANA */
  timezone: z.string(),
  /** Inhabitants, where they are known. */
  pop: z.number().nullish(),
});

export type CityTimeZone = z.output<typeof cityTimeZone>;

export const listTimeZones = endpoint({ method: 'GET', path: '/v2/timezones', response: success(z.array(cityTimeZone)) });
