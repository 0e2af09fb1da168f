import type { PGlite } from '@electric-sql/pglite';
import { PGliteDialect, PostgresDialect, PostgresQueryCompiler } from 'kysely';
import type { Pool } from 'pg';
import { prepareStatements } from './prepared-statements.ts';
import { toStorableText } from './sql-values.ts';

/** PostgreSQL refuses NUL in text, and text of strangers may contain it: every parameter is cleaned on its way, on both engines. */
class StorableQueryCompiler extends PostgresQueryCompiler {
  protected override addParameter(parameter: unknown): void {
    super.addParameter(typeof parameter === 'string' ? toStorableText(parameter) : parameter);
  }
}

class StorablePgliteDialect extends PGliteDialect {
  override createQueryCompiler(): PostgresQueryCompiler {
    return new StorableQueryCompiler();
  }
}

/** Kysely takes a client per query or transaction: `pool.query` would throw its connection away on every SQL error. */
class StorablePostgresDialect extends PostgresDialect {
  override createQueryCompiler(): PostgresQueryCompiler {
    return new StorableQueryCompiler();
  }
}

export function createPgliteDialect(pglite: PGlite): PGliteDialect {
  return new StorablePgliteDialect({ pglite });
}

export function createPostgresDialect(pool: Pool): PostgresDialect {
  return new StorablePostgresDialect({ pool: prepareStatements(pool) });
}
