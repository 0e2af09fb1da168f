import { isDuplicate } from '../store/conflicts.ts';
import { getSchedule } from '../store/schedules.ts';
import { type UserChanges, type UserRecord, updateUser } from '../store/users.ts';
import * as endpoints from '../wire/calcom/me.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, serve } from './serve.ts';

/** `/v2/me` */
export function serveMe(app: App, service: Service): void {
  serve(app, service, endpoints.getMe, { answer: async ({ caller }) => ok(toMe(caller)) });

  serve(app, service, endpoints.updateMe, {
    answer: async ({ caller, body }) => {
      const { metadata, ...given } = body;
      if (given.defaultScheduleId !== undefined) await checkOwnsSchedule(service, caller.id, given.defaultScheduleId);
      const changes: UserChanges = {
        ...definedOnly(given),
        ...(metadata === undefined ? {} : { metadata }),
      };
      try {
        const updated = await service.store.transaction((tx) => updateUser(tx, caller.id, { ...changes, now: service.now() }));
        return ok(toMe(updated ?? caller));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        throw new HttpFailure(409, `A user with the email "${given.email}" already exists.`, { cause: error });
      }
    },
  });
}

export async function checkOwnsSchedule(service: Service, userId: number, scheduleId: number): Promise<void> {
  const schedule = await getSchedule(service.store.db, scheduleId);
  if (schedule?.userId !== userId) throw new HttpFailure(404, `User with ID=${userId} does not own schedule with ID=${scheduleId}`);
}

/** Without the members whose value is undefined, which would otherwise count as given. */
export function definedOnly<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  // Every member that is left has a value, which is what the result type says.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
}

function toMe(user: UserRecord): endpoints.Me {
  return {
    id: user.id,
    username: user.username,
    email: user.email,
    name: user.name,
    avatarUrl: user.avatarUrl,
    bio: user.bio,
    timeFormat: user.timeFormat,
    defaultScheduleId: user.defaultScheduleId,
    weekStart: user.weekStart,
    timeZone: user.timeZone,
    organizationId: null,
  };
}
