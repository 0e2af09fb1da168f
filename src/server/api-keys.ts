import { replaceApiKey } from '../store/api-keys.ts';
import * as endpoints from '../wire/calcom/api-keys.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, serve } from './serve.ts';

const DAY_MS = 86_400_000;
const DAYS_VALID = 30;

/** `/v2/api-keys/refresh` */
export function serveApiKeys(app: App, service: Service): void {
  const { store, onApiKeyRefreshed } = service;

  serve(app, service, endpoints.refreshApiKey, {
    answer: async ({ caller, body = {} }) => {
      if (caller.access.kind !== 'api-key') {
        throw new HttpFailure(400, 'Only an API key can be refreshed: send the key itself as "Authorization: Bearer cal_…".');
      }
      const { id } = caller.access;
      const now = Date.now();
      const expiresAt = body.apiKeyNeverExpires === true ? undefined : now + (body.apiKeyDaysValid ?? DAYS_VALID) * DAY_MS;
      const replaced = await store.transaction((tx) => replaceApiKey(tx, id, { expiresAt, now }));
      // Two refreshed it at once, and the other one won.
      if (replaced === undefined) throw new HttpFailure(401, 'ApiAuthStrategy - api key - Your api key is not valid');
      onApiKeyRefreshed?.({ oldKeyHash: replaced.oldKeyHash, newKey: replaced.key });
      return ok({ apiKey: replaced.key });
    },
  });
}
