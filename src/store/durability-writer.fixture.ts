/** Writes until it is killed and prints the name of every row that was acknowledged; the other half of `durability.test.ts`. */
import { writeSync } from 'node:fs';
import { openStore } from './store.ts';
import { createUser } from './users.ts';

const [home = '', seedArchive = '', prefix = ''] = process.argv.slice(2);
const store = await openStore({ home, seedArchive });
for (let index = 0; ; index++) {
  const username = `${prefix}-${index}`;
  const user = { username, name: username, email: `${username}@example.com`, timeZone: 'UTC', now: Date.now() };
  await (index % 2 === 0 ? createUser(store.db, user) : store.transaction((tx) => createUser(tx, user)));
  writeSync(1, `${username}\n`);
}
