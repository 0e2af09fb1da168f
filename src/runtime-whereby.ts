import type { Config } from './config.ts';
import { createRoomDoor, createWherebyService, type RoomDoor, type WherebyServiceOptions } from './server/whereby/index.ts';

export interface WherebyParts extends Pick<WherebyServiceOptions, 'store' | 'now' | 'publicUrl' | 'onKeyedWrite'> {
  readonly config: Pick<Config, 'wherebyPoints' | 'wherebySimulation'>;
  readonly onDeliveries: NonNullable<WherebyServiceOptions['onDeliveries']>;
}

export interface Whereby {
  /** The Whereby-compatible service of this installation. */
  readonly service: ReturnType<typeof createWherebyService>;
  /** What people do with the pages of its rooms. */
  readonly door: RoomDoor;
}

export function createWhereby({ config, now, ...parts }: WherebyParts): Whereby {
  const { wherebyPoints: points, wherebySimulation: simulation } = config;
  const options = { ...parts, now, simulation, ...(points === 'off' ? {} : { budget: { pointsPerMinute: points } }) };
  return { service: createWherebyService(options), door: createRoomDoor(options) };
}
