import { type CityTimeZone, listTimeZones } from '../wire/calcom/time-zones.ts';
import { type App, ok, type Service, servePublic } from './serve.ts';

/** Cities that the system's list still calls by a name they have given up. */
const RENAMED: Readonly<Record<string, string>> = {
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
  'Pacific/Enderbury': 'Pacific/Kanton',
  'Pacific/Ponape': 'Pacific/Pohnpei',
  'Pacific/Truk': 'Pacific/Chuuk',
};

/** `/v2/timezones`: the cities that time zones are named after. */
export function serveTimeZones(app: App, service: Service): void {
  servePublic(app, service, listTimeZones, { answer: async () => ok(cities()) });
}

function cities(): CityTimeZone[] {
  return Intl.supportedValuesOf('timeZone')
    .filter((timezone) => timezone.includes('/') && !timezone.startsWith('Etc/'))
    .map((timezone) => RENAMED[timezone] ?? timezone)
    .map((timezone) => ({ city: (timezone.split('/').at(-1) ?? timezone).replaceAll('_', ' '), timezone }))
    .concat({ city: 'UTC', timezone: 'UTC' })
    .sort((one, other) => one.city.localeCompare(other.city, 'en'));
}
