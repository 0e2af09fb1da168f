import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { writeWholeFile } from '../whole-file.ts';
import { ensureKeyFile, readKeyFile } from './key-file.ts';
import { PROVIDER_NAMES } from './provider.ts';
import { underLock } from './vault-lock.ts';

const contentSchema = z.object({
  accounts: z.array(
    z.object({
      provider: z.enum(PROVIDER_NAMES),
      name: z.string(),
      apiKey: z.string(),
      baseUrl: z.string(),
      expiresAt: z.string().nullable(),
      addedAt: z.string(),
    }),
  ),
  /** Provider → the account that is chosen as its default. */
  defaults: z.partialRecord(z.enum(PROVIDER_NAMES), z.string()),
  /** Of foreign MCP servers; a vault of the first format has none. */
  serverSecrets: z
    .array(
      z.object({
        server: z.string(),
        /** Root of the project whose file names the server; `null` for one of the user's own file. */
        project: z.string().nullable(),
        key: z.string(),
        value: z.string(),
        addedAt: z.string(),
      }),
    )
    .default([]),
  /** At foreign MCP servers; a vault of the first two formats has none. */
  serverLogins: z
    .array(
      z.object({
        server: z.string(),
        project: z.string().nullable(),
        fingerprint: z.string(),
        url: z.string(),
        issuer: z.string(),
        authorizationServer: z.string(),
        resource: z.string().nullable(),
        clientId: z.string(),
        clientSecret: z.string().nullable(),
        accessToken: z.string().nullable(),
        refreshToken: z.string().nullable(),
        scope: z.string().nullable(),
        expiresAt: z.number().nullable(),
        redirectUrl: z.string().nullable().default(null),
        loggedInAt: z.number(),
      }),
    )
    .default([]),
});

/** All that the vault holds. */
export type VaultContent = Readonly<z.output<typeof contentSchema>>;

const fileSchema = z.object({
  format: z.literal('kalends-vault'),
  version: z.number(),
  nonce: z.string(),
  tag: z.string(),
  data: z.string(),
});

const VERSIONS: ReadonlySet<number> = new Set([1, 2, 3]);

/** Bound to what is encrypted, so that no other file of ours passes for it. */
const purposeOf = (version: number) => Buffer.from(`kalends-vault:${version}`);
const EMPTY: VaultContent = { accounts: [], defaults: {}, serverSecrets: [], serverLogins: [] };

/** Secrets on disk: AES-256-GCM under a key file beside them that only its owner can read. */
export interface Vault {
  readonly path: string;
  readonly keyPath: string;
  /** What is there now, whoever wrote it last. Throws `not_configured` when it cannot be read. */
  read(): VaultContent;
  /** One change after another, also of several processes; all or nothing. Throws `not_configured` where no key can be kept. */
  change(make: (content: VaultContent) => VaultContent): Promise<void>;
}

/** The vault of a data directory; makes no file before something is stored. */
export function openVault(home: string): Vault {
  const path = join(home, 'vault.json');
  const keyPath = join(home, 'vault.key');
  let known: { readonly stamp: string; readonly content: VaultContent } | undefined;

  function read(): VaultContent {
    const found = statSync(path, { throwIfNoEntry: false, bigint: true });
    if (found === undefined) return EMPTY;
    // Another process may have replaced it: every replacement is a new file.
    const stamp = `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
    const key = readKeyFile(keyPath);
    if (key === undefined) {
      throw new AppError('not_configured', `The key file "${keyPath}" is gone, and without it the stored accounts cannot be read.`, {
        hint: `Put it back, or remove "${path}" and add the accounts again.`,
      });
    }
    if (known?.stamp !== stamp) known = { stamp, content: decrypt(readFileSync(path, 'utf8'), key, path) };
    return known.content;
  }

  return {
    path,
    keyPath,
    read,
    change: (make) =>
      underLock(join(home, 'vault.lock'), () => {
        const content = make(read());
        writeWholeFile(path, encrypt(content, ensureKeyFile(keyPath)), { mode: 0o600, isLocked: true });
      }),
  };
}

function encrypt(content: VaultContent, key: Buffer): string {
  const nonce = randomBytes(12);
  // A version of Kalends that knows less can go on with a vault that holds no more than it knows, and loses nothing of another.
  const version = content.serverLogins.length > 0 ? 3 : content.serverSecrets.length > 0 ? 2 : 1;
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(purposeOf(version));
  const data = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  const file: z.input<typeof fileSchema> = {
    format: 'kalends-vault',
    version,
    nonce: nonce.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

function decrypt(text: string, key: Buffer, path: string): VaultContent {
  const file = fileSchema.safeParse(parseJson(text)).data;
  if (file !== undefined && !VERSIONS.has(file.version)) {
    throw new AppError('not_configured', `The vault "${path}" has format ${file.version}, which this version of Kalends does not know.`, {
      hint: 'Use the newer version of Kalends that wrote it.',
    });
  }
  try {
    if (file === undefined) throw new Error('no vault');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file.nonce, 'base64'), { authTagLength: 16 }).setAAD(
      purposeOf(file.version),
    );
    decipher.setAuthTag(Buffer.from(file.tag, 'base64'));
    const plain = Buffer.concat([decipher.update(Buffer.from(file.data, 'base64')), decipher.final()]).toString('utf8');
    return contentSchema.parse(JSON.parse(plain));
  } catch {
    // No cause: what could not be read may hold a part of what it should hide.
    throw new AppError(
      'not_configured',
      `The vault "${path}" cannot be read with its key: it was damaged or changed, or the key is another one's.`,
      {
        hint: 'Put the right vault.json and vault.key back, or remove both and add the accounts again.',
      },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
