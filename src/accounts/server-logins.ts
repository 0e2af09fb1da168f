import type { ServerPlace } from './server-secrets.ts';
import type { Vault, VaultContent } from './vault.ts';

/** What a login at a foreign MCP server left: the tokens, and what their renewal needs. */
export type KeptLogin = Omit<VaultContent['serverLogins'][number], keyof ServerPlace>;

/** Logins at foreign MCP servers, encrypted; one for each server. */
export interface ServerLogins {
  get(place: ServerPlace): KeptLogin | undefined;
  /** Takes the place of an earlier one. */
  save(place: ServerPlace, login: KeptLogin): Promise<void>;
  /** Whether there was one. */
  forget(place: ServerPlace): Promise<boolean>;
  /** All that is secret in them, for those who must not show it. */
  values(): readonly string[];
}

export function createServerLogins(vault: Vault): ServerLogins {
  const is = (place: ServerPlace) => (one: ServerPlace) => one.server === place.server && one.project === place.project;
  return {
    get: (place) => vault.read().serverLogins.find(is(place)),
    values: () =>
      vault
        .read()
        .serverLogins.flatMap(({ accessToken, refreshToken, clientSecret }) =>
          [accessToken, refreshToken, clientSecret].filter((value) => value !== null),
        ),

    async save({ server, project }, login) {
      const place = { server, project };
      await vault.change((content) => ({
        ...content,
        serverLogins: [...content.serverLogins.filter((one) => !is(place)(one)), { ...login, ...place }],
      }));
    },

    async forget(place) {
      if (!vault.read().serverLogins.some(is(place))) return false;
      await vault.change((content) => ({ ...content, serverLogins: content.serverLogins.filter((one) => !is(place)(one)) }));
      return true;
    },
  };
}
