/** Local times of a zone, as the milliseconds that UTC would give them. */
export interface WallClock {
  wallAt(instant: number): number;
  /** The first of two where a local time comes twice; the moment after the gap where there is none. */
  instantOf(wall: number): number;
}

const DAY_MS = 86_400_000;

export function openWallClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });

  function wallAt(instant: number): number {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }

  /** How far its clock is ahead of UTC. */
  const aheadAt = (instant: number) => wallAt(instant) - Math.floor(instant / 1000) * 1000;

  return {
    wallAt,
    instantOf(wall) {
      // No zone is a day away from UTC, and none changes its clock twice within two days.
      const [before, after] = [aheadAt(wall - DAY_MS), aheadAt(wall + DAY_MS)];
      const found = [wall - before, wall - after].filter((instant) => wallAt(instant) === wall);
      if (found.length > 0) return Math.min(...found);
      let [early, late] = [wall - after, wall - before];
      while (late - early > 1) {
        const middle = Math.floor((early + late) / 2);
        if (aheadAt(middle) === before) early = middle;
        else late = middle;
      }
      return late;
    },
  };
}
