import type { ServerPlace } from './server-secrets.ts';
import type { Vault, VaultContent } from './vault.ts';

/** What a login at a foreign MCP server left: the tokens, and what their renewal needs. */
export type KeptLogin = Omit<VaultContent['serverLogins'][number], keyof ServerPlace>;

type KeptTokens = Pick<KeptLogin, 'accessToken' | 'refreshToken'>;

/** Logins at foreign MCP servers, encrypted; one for each server. */
export interface ServerLogins {
  get(place: ServerPlace): KeptLogin | undefined;
  /** Takes the place of an earlier one. */
  save(place: ServerPlace, login: KeptLogin): Promise<void>;
  /** Saves only where `earlier` is still kept, by its tokens, whoever changes it at the same time; answers whether it was. */
  replace(place: ServerPlace, earlier: KeptTokens, login: KeptLogin): Promise<boolean>;
  /** Whether there was one. */
  forget(place: ServerPlace): Promise<boolean>;
  /** All that is secret in them, for those who must not show it. */
  values(): readonly string[];
}

export function createServerLogins(vault: Vault): ServerLogins {
  const is = (place: ServerPlace) => (one: ServerPlace) => one.server === place.server && one.project === place.project;
  const withLogin = (content: VaultContent, { server, project }: ServerPlace, login: KeptLogin): VaultContent => ({
    ...content,
    serverLogins: [...content.serverLogins.filter((one) => !is({ server, project })(one)), { ...login, server, project }],
  });
  return {
    get: (place) => vault.read().serverLogins.find(is(place)),
    values: () =>
      vault
        .read()
        .serverLogins.flatMap(({ accessToken, refreshToken, clientSecret }) =>
          [accessToken, refreshToken, clientSecret].filter((value) => value !== null),
        ),

    async save(place, login) {
      await vault.change((content) => withLogin(content, place, login));
    },

    async replace(place, earlier, login) {
      let isKept = false;
      await vault.change((content) => {
        const kept = content.serverLogins.find(is(place));
        isKept = kept !== undefined && isSame(kept, earlier);
        return isKept ? withLogin(content, place, login) : content;
      });
      return isKept;
    },

    async forget(place) {
      if (!vault.read().serverLogins.some(is(place))) return false;
      await vault.change((content) => ({ ...content, serverLogins: content.serverLogins.filter((one) => !is(place)(one)) }));
      return true;
    },
  };
}

/** A refresh token outlives the access tokens that it brings. */
function isSame(one: KeptTokens, other: KeptTokens): boolean {
  return one.refreshToken === other.refreshToken && (one.refreshToken !== null || one.accessToken === other.accessToken);
}
