import type { ServerPlace, ServerSecrets } from './accounts/index.ts';
import type { ConnectionParts, McpServerDefinition } from './mcp/index.ts';
import type { Redactor } from './toolkit/redact.ts';

/** Whose secrets a server has: a project cannot take those of the user's server by its name. */
export function placeOf({ name, source }: McpServerDefinition, root: string | undefined): ServerPlace {
  return { server: name, project: source === 'user' ? null : (root ?? null) };
}

/** Where the process of a server is started. */
export function folderOf(
  { source }: McpServerDefinition,
  { home, root }: { readonly home: string; readonly root: string | undefined },
): string {
  return source === 'user' ? home : (root ?? home);
}

/** What the texts of its entry can refer to. */
export function valuesFor(
  place: ServerPlace,
  { secrets, redactor }: { readonly secrets: ServerSecrets; readonly redactor: Redactor },
): Pick<ConnectionParts, 'environment' | 'secret'> {
  return {
    environment: process.env,
    secret(key) {
      const value = secrets.get(place, key);
      if (value !== undefined) redactor.learn(value);
      return value;
    },
  };
}
