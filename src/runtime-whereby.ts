import type { Config } from './config.ts';
import { createRoomDoor, createWherebyService, type RoomDoor, type WherebyServiceOptions } from './server/whereby/index.ts';
import type { Principal } from './toolkit/tool.ts';
import type { WherebyClients } from './tools/clients.ts';
import { createWherebyClient } from './wire/whereby/index.ts';

export interface WherebyParts extends Pick<WherebyServiceOptions, 'store' | 'now' | 'publicUrl'> {
  readonly config: Pick<Config, 'wherebyPoints' | 'wherebySimulation'>;
  readonly onDeliveries: NonNullable<WherebyServiceOptions['onDeliveries']>;
}

export interface Whereby {
  /** The Whereby-compatible service of this installation. */
  readonly service: ReturnType<typeof createWherebyService>;
  /** What people do with the pages of its rooms. */
  readonly door: RoomDoor;
  /** The account `local`: that service, as this user. */
  local(principal: Principal): WherebyClients;
}

export function createWhereby({ config, now, ...parts }: WherebyParts): Whereby {
  const { wherebyPoints: points, wherebySimulation: simulation } = config;
  const options = { ...parts, now, simulation, ...(points === 'off' ? {} : { budget: { pointsPerMinute: points } }) };
  const service = createWherebyService(options);
  const known = new Map<number, WherebyClients['whereby']>();

  return {
    service,
    door: createRoomDoor(options),
    local({ userId, name, email }) {
      // As with the calendar: in the process the user travels beside the request.
      const fetch = (request: Request) => service.fetch(request, { userId });
      const whereby = known.get(userId) ?? createWherebyClient({ baseUrl: 'http://kalends.local/v1', fetch, now });
      known.set(userId, whereby);
      return { whereby, profile: { name, email } };
    },
  };
}
