import { getSetting, setSetting } from '../store/settings.ts';
import * as endpoints from '../wire/calcom/conferencing.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, type Service, serve } from './serve.ts';

/** The one app that needs no connection. */
const BUILT_IN = 'daily-video';

const DEFAULT_APP = 'conferencing.default';

/** `/v2/conferencing`: no account of a conferencing app can be connected here, so Cal Video, which everybody has, is the only choice. */
export function serveConferencing(app: App, service: Service): void {
  const { store } = service;

  serve(app, service, endpoints.listConferencingApps, { answer: async () => ok([]) });

  serve(app, service, endpoints.getDefaultConferencingApp, {
    answer: async ({ caller }) => {
      const chosen = await getSetting(store.db, { userId: caller.id, key: DEFAULT_APP });
      return ok(typeof chosen === 'string' ? { appSlug: chosen } : undefined);
    },
  });

  serve(app, service, endpoints.setDefaultConferencingApp, {
    answer: async ({ caller, params }) => {
      checkConnected(params.app);
      await setSetting(store.db, { userId: caller.id, key: DEFAULT_APP, value: BUILT_IN, now: Date.now() });
      return { status: 'success' } as const;
    },
  });

  serve(app, service, endpoints.connectConferencingApp, {
    answer: async ({ params }) => {
      if (params.app !== 'google-meet') throw new HttpFailure(400, 'Invalid conferencing app, available apps are: google-meet');
      throw new HttpFailure(400, 'Google Meet app requires a Google Calendar connection, which this service does not make.', {
        plainMessage:
          'Google Meet needs a connected Google Calendar, which this service does not offer. Give the event type a location of type "link" instead.',
      });
    },
  });

  serve(app, service, endpoints.disconnectConferencingApp, {
    answer: async ({ params }) => {
      if (params.app === BUILT_IN) throw new HttpFailure(400, `${BUILT_IN} is built in and cannot be disconnected.`);
      checkConnected(params.app);
      return { status: 'success' } as const;
    },
  });
}

function checkConnected(name = ''): void {
  if (!endpoints.conferencingApps.some((app) => app === name)) {
    throw new HttpFailure(400, `Invalid app "${name}", available apps are: ${endpoints.conferencingApps.join(', ')}`);
  }
  if (name !== BUILT_IN) throw new HttpFailure(400, `${name} not connected.`);
}
