import type { Command } from 'commander';
import { does, leaf } from './command.ts';

/** `kalends backup`, `restore` and `migrate-to`: keeping what the installation holds. */
export function addKeeping(program: Command, report: (exitCode: number) => void): void {
  const load = () => import('./commands/keep.ts');
  does(
    leaf(program, 'backup <file>', {
      summary: 'Save all data in one file, while Kalends runs.',
      example: 'backup kalends-2030-01-07.kalends',
    })
      .option('--force', 'Replace the file if it is there already.')
      .option('--engine <directory>', 'Read an embedded database of an older Kalends with this @electric-sql/pglite.'),
    report,
    async (values, terminal, positionals) => (await load()).backup(values, terminal, positionals),
  );
  does(
    leaf(program, 'restore <file>', {
      summary: 'Put the data of a backup in place.',
      example: 'restore kalends-2030-01-07.kalends',
    }).option('--force', 'Also where there is data already; a copy of it is kept.'),
    report,
    async (values, terminal, positionals) => (await load()).restore(values, terminal, positionals),
  );
  does(
    leaf(program, 'migrate-to <database-url>', {
      summary: 'Copy the embedded database into an empty PostgreSQL.',
      example: 'migrate-to postgres://kalends@localhost/kalends',
    }),
    report,
    async (_values, terminal, positionals) => (await load()).migrateTo(terminal, positionals),
  );
}
