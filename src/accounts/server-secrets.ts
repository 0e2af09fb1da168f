import { AppError } from '../errors.ts';
import type { Vault, VaultContent } from './vault.ts';

/** Which server a secret is for: one of the user's own file, or one that the files of a project name. */
export interface ServerPlace {
  readonly server: string;
  /** Absolute root of the project; `null` for the user's own file. */
  readonly project: string | null;
}

export interface ServerSecret extends ServerPlace {
  readonly key: string;
}

/** Secrets of foreign MCP servers. Each is of one server: another of the same name, in a project, has its own. */
export interface ServerSecrets {
  get(place: ServerPlace, key: string): string | undefined;
  list(): readonly ServerSecret[];
  set(place: ServerPlace, key: string, value: string): Promise<void>;
  /** `not_found` where there is none. */
  unset(place: ServerPlace, key: string): Promise<void>;
  /** All values, for those who must not show them. */
  values(): readonly string[];
}

const KEY = /^[A-Za-z_][\w.-]{0,99}$/;
const LONGEST = 20_000;

export function createServerSecrets(vault: Vault): ServerSecrets {
  const is = (place: ServerPlace, key: string) => (one: VaultContent['serverSecrets'][number]) =>
    one.server === place.server && one.project === place.project && one.key === key;
  return {
    get: (place, key) => vault.read().serverSecrets.find(is(place, key))?.value,
    list: () => vault.read().serverSecrets.map(({ server, project, key }) => ({ server, project, key })),
    values: () => vault.read().serverSecrets.map(({ value }) => value),

    async set(place, key, value) {
      if (!KEY.test(key)) {
        throw new AppError('invalid_input', 'This is no name of a secret.', { hint: 'Use letters, digits, - and _, like TOKEN.' });
      }
      // biome-ignore lint/suspicious/noControlCharactersInRegex: no header and no variable takes these
      if (value === '' || value.length > LONGEST || /[\u0000\r\n]/.test(value)) {
        throw new AppError('invalid_input', `The secret "${key}" is empty, longer than ${LONGEST} characters or more than one line.`, {
          hint: 'Nothing was stored.',
        });
      }
      const entry = { ...place, key, value, addedAt: new Date().toISOString() };
      await vault.change((content) => ({
        ...content,
        serverSecrets: [...content.serverSecrets.filter((one) => !is(place, key)(one)), entry],
      }));
    },

    async unset(place, key) {
      await vault.change((content) => {
        const rest = content.serverSecrets.filter((one) => !is(place, key)(one));
        if (rest.length < content.serverSecrets.length) return { ...content, serverSecrets: rest };
        throw new AppError('not_found', `The MCP server "${place.server}" has no secret "${key}".`, {
          hint: `List them with \`kalends mcp:secret:list ${place.server}\`.`,
        });
      });
    },
  };
}
