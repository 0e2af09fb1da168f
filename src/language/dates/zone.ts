import { isTimeZone } from './frame.ts';
import { dictionary, either, map, maybe, memo, type Parser, pattern, phrase, rule } from './parser.ts';

export interface NamedZone {
  /** IANA; what the phrase named. */
  readonly timeZone: string;
  /** What it is converted with: the zone, or the fixed offset an abbreviation states ("+05:30"). */
  readonly reckoned: string;
}

/** Abbreviations that state a fixed offset, with a zone that uses them. */
const FIXED: Readonly<Record<string, readonly [offset: string, timeZone: string]>> = {
  utc: ['+00:00', 'UTC'],
  gmt: ['+00:00', 'UTC'],
  z: ['+00:00', 'UTC'],
  est: ['-05:00', 'America/New_York'],
  edt: ['-04:00', 'America/New_York'],
  cst: ['-06:00', 'America/Chicago'],
  cdt: ['-05:00', 'America/Chicago'],
  mst: ['-07:00', 'America/Denver'],
  mdt: ['-06:00', 'America/Denver'],
  pst: ['-08:00', 'America/Los_Angeles'],
  pdt: ['-07:00', 'America/Los_Angeles'],
  akst: ['-09:00', 'America/Anchorage'],
  akdt: ['-08:00', 'America/Anchorage'],
  hst: ['-10:00', 'Pacific/Honolulu'],
  brt: ['-03:00', 'America/Sao_Paulo'],
  wet: ['+00:00', 'Europe/Lisbon'],
  west: ['+01:00', 'Europe/Lisbon'],
  bst: ['+01:00', 'Europe/London'],
  cet: ['+01:00', 'Europe/Paris'],
  cest: ['+02:00', 'Europe/Paris'],
  eet: ['+02:00', 'Europe/Athens'],
  eest: ['+03:00', 'Europe/Athens'],
  msk: ['+03:00', 'Europe/Moscow'],
  sast: ['+02:00', 'Africa/Johannesburg'],
  eat: ['+03:00', 'Africa/Nairobi'],
  gst: ['+04:00', 'Asia/Dubai'],
  pkt: ['+05:00', 'Asia/Karachi'],
  ist: ['+05:30', 'Asia/Kolkata'],
  wib: ['+07:00', 'Asia/Jakarta'],
  sgt: ['+08:00', 'Asia/Singapore'],
  hkt: ['+08:00', 'Asia/Hong_Kong'],
  awst: ['+08:00', 'Australia/Perth'],
  jst: ['+09:00', 'Asia/Tokyo'],
  kst: ['+09:00', 'Asia/Seoul'],
  acst: ['+09:30', 'Australia/Adelaide'],
  aest: ['+10:00', 'Australia/Sydney'],
  aedt: ['+11:00', 'Australia/Sydney'],
  nzst: ['+12:00', 'Pacific/Auckland'],
  nzdt: ['+13:00', 'Pacific/Auckland'],
};

/** Words that mean a zone with its summer time. */
const REGIONS: Readonly<Record<string, string>> = {
  'et | eastern time | eastern standard time | eastern daylight time | us eastern | us eastern time | eastern': 'America/New_York',
  'ct | central time | central standard time | us central': 'America/Chicago',
  'mt | mountain time | mountain standard time | us mountain': 'America/Denver',
  'pt | pacific time | pacific standard time | pacific daylight time | us pacific | pacific': 'America/Los_Angeles',
  'central european time | central european summer time': 'Europe/Paris',
  'uk time | british time | british summer time': 'Europe/London',
  'indian time | india time | indian standard time': 'Asia/Kolkata',
  'china time': 'Asia/Shanghai',
  'japan time': 'Asia/Tokyo',
  'german time | germany time': 'Europe/Berlin',
  'french time': 'Europe/Paris',
};

/** Places that people name with "time": their own zone where it has another name than theirs. */
const CITIES: Readonly<Record<string, string>> = {
  America:
    'new york, los angeles, chicago, denver, phoenix, toronto, vancouver, mexico city, bogota, lima, santiago, caracas, halifax, anchorage, detroit, boise, montevideo, panama',
  'America/Los_Angeles': 'san francisco, seattle, la, california, portland, las vegas, san diego',
  'America/New_York': 'nyc, boston, washington, miami, atlanta, philadelphia',
  'America/Chicago': 'dallas, houston, austin, texas',
  'America/Toronto': 'montreal, ottawa',
  'America/Sao_Paulo': 'sao paulo, são paulo, rio, brasilia',
  'America/Argentina/Buenos_Aires': 'buenos aires',
  Europe:
    'london, dublin, lisbon, madrid, paris, berlin, amsterdam, brussels, zurich, vienna, rome, prague, warsaw, budapest, stockholm, oslo, copenhagen, helsinki, athens, istanbul, moscow, bucharest, sofia, belgrade, zagreb, tallinn, riga, vilnius, kyiv, luxembourg',
  'Europe/Berlin': 'munich, hamburg, frankfurt, cologne',
  'Europe/Madrid': 'barcelona',
  'Europe/Rome': 'milan',
  'Europe/Zurich': 'geneva',
  'Europe/London': 'edinburgh, manchester',
  Africa: 'cairo, lagos, nairobi, johannesburg, casablanca, accra, tunis, algiers',
  'Africa/Johannesburg': 'cape town',
  Asia: 'dubai, karachi, kolkata, dhaka, bangkok, jakarta, singapore, hong kong, shanghai, taipei, manila, seoul, tokyo, tehran, baghdad, riyadh, kathmandu, colombo, jerusalem, beirut, tashkent, almaty',
  'Asia/Shanghai': 'beijing, shenzhen',
  'Asia/Kolkata': 'mumbai, delhi, new delhi, bangalore, bengaluru, chennai, hyderabad',
  'Asia/Ho_Chi_Minh': 'ho chi minh city, hanoi, saigon',
  'Asia/Jerusalem': 'tel aviv',
  Australia: 'sydney, melbourne, brisbane, perth, adelaide, darwin, hobart',
  'Australia/Sydney': 'canberra',
  Pacific: 'auckland, honolulu, fiji',
  'Pacific/Auckland': 'wellington',
  'Pacific/Honolulu': 'hawaii',
};

const plain = (timeZone: string): NamedZone => ({ timeZone, reckoned: timeZone });
const titled = (city: string) => city.replace(/(^|\s)(\p{L})/gu, (_, space, letter) => (space ? '_' : '') + letter.toUpperCase());

const cities = dictionary(
  Object.entries(CITIES).flatMap(([area, names]) =>
    names.split(', ').map((city): [string, NamedZone] => [city, plain(area.includes('/') ? area : `${area}/${titled(city)}`)]),
  ),
);
const regions = dictionary(
  Object.entries(REGIONS).flatMap(([names, zone]) => names.split(' | ').map((name): [string, NamedZone] => [name, plain(zone)])),
);
const fixed = dictionary(Object.entries(FIXED).map(([name, [reckoned, timeZone]]): [string, NamedZone] => [name, { reckoned, timeZone }]));

/** Europe/Paris */
const iana = pattern(/[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_-]+){1,2}/u, ([name]) => (isTimeZone(name) ? plain(name) : undefined));

/** UTC+2, GMT-05:30, +01:00 */
const offset = pattern(/(?:(?:utc|gmt)\s?)?([+\-−])(\d{1,2})(?::?([0-5]\d))?(?![\d:])/iu, ([text, sign, hour = '', minute]) => {
  if (Number(hour) > 14 || (!/utc|gmt/i.test(text) && !/\d\d:\d\d/.test(text))) return undefined;
  const written = `${sign === '+' ? '+' : '-'}${hour.padStart(2, '0')}:${minute ?? '00'}`;
  return plain(written);
});

const local = phrase('local time | my time | our time | here');

/** "CET", "New York time", "PT", "Europe/Paris", "UTC+2"; `null` for the asker's own. */
export const zone: Parser<NamedZone | null> = memo(
  rule(
    [
      maybe(phrase('(')),
      either<NamedZone | null>(
        offset,
        rule([fixed, maybe(phrase('time'))], (value) => value),
        regions,
        iana,
        rule([maybe(phrase('in | in the')), cities, phrase('time | timezone | time zone')], (_, value) => value),
        map(local, () => null),
      ),
      maybe(phrase(')')),
    ],
    (_, value) => value,
  ),
);
