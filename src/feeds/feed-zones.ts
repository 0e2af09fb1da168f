import ical from 'node-ical';
import { isTimeZone } from '../scheduling/index.ts';
import { broken, type Line, toLineText } from './feed-line.ts';

export interface ZoneNames {
  /** The zone's name as the parser knows it. */
  of(tzid: string | undefined): string;
  /** Of zones that only this file knows. */
  definitions(): readonly string[];
}

/** Zones by name: IANA's, Windows', or what the file itself defines. */
export function createZoneNames(zones: ReadonlyMap<string, readonly Line[]>, floating: string): ZoneNames {
  const known = new Map<string, string>();
  const defined: string[] = [];
  const find = (tzid: string): string => {
    if (isTimeZone(tzid)) return tzid;
    const bare = /(?:^|\/)([A-Z][A-Za-z_]+\/[A-Za-z_+\-0-9]+(?:\/[A-Za-z_]+)?)$/.exec(tzid)?.[1];
    if (bare !== undefined && isTimeZone(bare)) return bare;
    const byName = windowsZone(tzid);
    if (byName !== undefined) return byName;
    const rules = zones.get(tzid);
    if (rules === undefined) throw broken(`its time zone "${tzid.slice(0, 80)}" is not known, and the file does not define it`);
    // Under a name that begins so, the parser looks for the zone that has the same rules.
    const name = `Customized Time Zone ${known.size + 1}`;
    defined.push('BEGIN:VTIMEZONE', `TZID:${name}`, ...rules.filter((line) => line.name !== 'TZID').map(toLineText), 'END:VTIMEZONE');
    return name;
  };
  return {
    of(tzid) {
      if (tzid === undefined) return floating;
      const name = known.get(tzid) ?? find(tzid);
      known.set(tzid, name);
      return name;
    },
    definitions: () => defined,
  };
}

/** "W. Europe Standard Time" → "Europe/Berlin": the parser has the table. */
function windowsZone(name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9 .+\-()]*$/.test(name) || name.length > 60) return undefined;
  const probe = [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    'UID:probe',
    `DTSTART;TZID="${name}":20300101T000000`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  const event = ical.sync.parseICS(probe.join('\r\n')).probe;
  const zone = event?.type === 'VEVENT' ? event.start.tz : undefined;
  return zone !== undefined && zone !== name && isTimeZone(zone) ? zone : undefined;
}
