export type { Account } from './account.ts';
export { checkBaseUrl, checkKey, DEFAULT_NAME, LOCAL_NAME, normalizeName, quoteName, readExpiry } from './account.ts';
export { type AccountBook, createAccountBook, type Found } from './book.ts';
export { type AccountProvider, PROVIDER_NAMES, PROVIDERS } from './provider.ts';
export { createServerLogins, type ServerLogins } from './server-logins.ts';
export { createServerSecrets, type ServerPlace, type ServerSecret, type ServerSecrets } from './server-secrets.ts';
export { openVault, type Vault } from './vault.ts';
