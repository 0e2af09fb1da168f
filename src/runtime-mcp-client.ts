import { createServerLogins, createServerSecrets, type Vault } from './accounts/index.ts';
import { AppError } from './errors.ts';
import type { ForeignDesk } from './owner/foreign.ts';
import type { McpServers, McpServersParts } from './runtime-mcp-servers.ts';
import type { ForeignListing } from './surfaces/foreign-search.ts';
import type { ForeignTools, ForeignWish } from './toolkit/foreign.ts';
import type { Principal } from './toolkit/tool.ts';

export interface McpClientParts extends Omit<McpServersParts, 'secrets' | 'kept'> {
  readonly vault: Vault;
  /** Foreign servers run as this person, with what is theirs: nobody else's call reaches them. */
  readonly owner: () => Promise<Principal>;
}

/** What of other people's servers this installation uses. The protocol's package takes its time to load, and comes with the first wish. */
export interface McpClient extends ForeignTools {
  /** What may be found, of servers that are on and trusted, and what stood against it. */
  describe(wish: Omit<ForeignWish, 'name'>): Promise<ForeignListing>;
  desk(): Promise<ForeignDesk>;
  close(): Promise<void>;
}

export function createMcpClient({ vault, owner, ...parts }: McpClientParts): McpClient {
  const { redactor } = parts;
  const secrets = createServerSecrets(vault);
  const kept = createServerLogins(vault);
  let opened: Promise<McpServers> | undefined;
  const open = () => {
    opened ??= import('./runtime-mcp-servers.ts').then(({ openMcpServers }) => openMcpServers({ ...parts, secrets, kept }));
    return opened;
  };
  const isOwner = async ({ userId }: Principal) => (await owner()).userId === userId;

  // What no server was given yet can be typed by somebody. A vault that cannot be read says so to whoever needs it.
  try {
    for (const value of [...secrets.values(), ...kept.values()]) redactor.learn(value);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }

  return {
    async find({ name, principal, project }) {
      if (await isOwner(principal)) return (await open()).find(name, project);
      throw new AppError('forbidden', `"${name}" is of a server that runs as the owner of this installation.`, {
        hint: 'Only its owner can call it.',
      });
    },
    async describe({ principal, project }) {
      return (await isOwner(principal)) ? (await open()).describe(project) : { tools: [], failures: [] };
    },
    desk: async () => (await open()).desk,
    async close() {
      // What could not be opened has nothing to close.
      await opened?.then(
        (servers) => servers.close(),
        () => undefined,
      );
    },
  };
}
