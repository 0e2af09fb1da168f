import type { Migration } from 'kysely/migration';
import { foundation } from './0001-foundation.ts';
import { webhooks } from './0002-webhooks.ts';
import { mailFeeds } from './0003-mail-feeds.ts';
import { teamsSeats } from './0004-teams-seats.ts';
import { accountsCreditsOoo } from './0005-accounts-credits-ooo.ts';
import { rateLimitsIdempotency } from './0006-rate-limits-idempotency.ts';
import { whereby } from './0007-whereby.ts';
import { emailCodes } from './0008-email-codes.ts';
import { journal } from './0009-journal.ts';
import { rooms } from './0010-rooms.ts';
import { privateLinks } from './0011-private-links.ts';
import { scripts } from './0012-scripts.ts';

/** Every migration under its name, in the order of the names: a list in code, so that a bundle carries it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-webhooks': webhooks,
  '0003-mail-feeds': mailFeeds,
  '0004-teams-seats': teamsSeats,
  '0005-accounts-credits-ooo': accountsCreditsOoo,
  '0006-rate-limits-idempotency': rateLimitsIdempotency,
  '0007-whereby': whereby,
  '0008-email-codes': emailCodes,
  '0009-journal': journal,
  '0010-rooms': rooms,
  '0011-private-links': privateLinks,
  '0012-scripts': scripts,
};
