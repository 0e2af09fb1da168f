import type { Administration, CreditReport, Person, Team } from './owner/administration.ts';
import type { Runtime } from './runtime.ts';
import { fillDemonstration } from './server/demonstration.ts';
import {
  addPerson,
  type CreditAccount,
  createOauthKey,
  createPersonKey,
  grantPersonCredits,
  listPeople,
  readCreditAccount,
  setDisabled,
} from './server/people.ts';
import { addMember, addTeam, listTeamAccounts, type TeamAccount } from './server/team-administration.ts';
import { firstUser, type UserRecord } from './store/users.ts';

/** The users of the installation, for the person behind the owner's socket; `now` is the domain clock. */
export function createAdministration({ store, now }: Pick<Runtime, 'store' | 'now'>): Administration {
  const show = async (user: UserRecord) => toPerson(user, (await firstUser(store.db))?.id);
  return {
    async listPeople() {
      const people = await listPeople(store);
      return people.map((user) => toPerson(user, people[0]?.id));
    },
    async addPerson({ username, email, name, timeZone }) {
      const { user, apiKey } = await addPerson(store, {
        username,
        email,
        ...(name === undefined ? {} : { name }),
        ...(timeZone === undefined ? {} : { timeZone }),
        now: Date.now(),
      });
      return { person: await show(user), apiKey };
    },
    async setDisabled(username, disabled) {
      return await show(await setDisabled(store, username, { disabled, now: Date.now() }));
    },
    async createKey(username, { oauth, daysValid }) {
      const now = Date.now();
      if (oauth === true) return await createOauthKey(store, username, now);
      return { apiKey: await createPersonKey(store, username, { ...(daysValid === undefined ? {} : { daysValid }), now }) };
    },
    async grantCredits(username, { credits, note }) {
      return toReport(await grantPersonCredits(store, username, { credits, ...(note === undefined ? {} : { note }), now: Date.now() }));
    },
    async readCredits(username) {
      return toReport(await readCreditAccount(store, username));
    },
    async listTeams() {
      return (await listTeamAccounts(store)).map(toTeam);
    },
    async addTeam({ name, slug }) {
      return toTeam(await addTeam(store, { name, ...(slug === undefined ? {} : { slug }), now: Date.now() }));
    },
    async addMember(slug, { username, role }) {
      return toTeam(await addMember(store, { slug, username, ...(role === undefined ? {} : { role }), now: Date.now() }));
    },
    demonstrate: () => fillDemonstration(store, { now: now() }),
  };
}

function toPerson({ id, username, name, email, timeZone, disabledAt }: UserRecord, ownerId: number | undefined): Person {
  return { username, name, email, timeZone, isOwner: id === ownerId, isDisabled: disabledAt !== null };
}

function toTeam({ team: { id, name, slug }, members }: TeamAccount): Team {
  return { id, name, slug, members };
}

function toReport({ user, balance, entries }: CreditAccount): CreditReport {
  return {
    username: user.username,
    balance,
    entries: entries.map((entry) => ({
      at: new Date(entry.createdAt).toISOString(),
      kind: entry.kind,
      amount: entry.amount,
      balance: entry.balance,
      purpose: entry.creditFor ?? entry.note,
      externalRef: entry.externalRef,
    })),
  };
}
