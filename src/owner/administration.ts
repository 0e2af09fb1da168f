import type { Hono } from 'hono';
import { z } from 'zod';
import type { DoorEnv } from './door.ts';
import { parseBody } from './request.ts';

/** A user as the owner's terminal shows them. */
export interface Person {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly isOwner: boolean;
  readonly isDisabled: boolean;
}

export interface PersonAdded {
  readonly person: Person;
  /** In clear, the only time it is seen. */
  readonly apiKey: string;
}

export type PersonKey =
  | { readonly apiKey: string }
  | { readonly clientId: string; readonly accessToken: string; readonly refreshToken: string; readonly expiresIn: number };

export interface CreditLine {
  /** ISO instant */
  readonly at: string;
  readonly kind: 'opening' | 'grant' | 'charge';
  readonly amount: number;
  /** After it. */
  readonly balance: number;
  /** What a charge was for, or what was said of a grant. */
  readonly purpose: string | null;
  readonly externalRef: string | null;
}

export interface CreditReport {
  readonly username: string;
  readonly balance: number;
  /** The newest first. */
  readonly entries: readonly CreditLine[];
}

export interface Team {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly members: readonly { readonly username: string; readonly role: 'MEMBER' | 'ADMIN' | 'OWNER' }[];
}

/** How much a demonstration made. */
export interface DemonstrationReport {
  readonly bookings: number;
  readonly rooms: number;
  readonly username: string;
}

/** What the person behind the socket may do with the users of the installation. */
export interface Administration {
  listPeople(): Promise<readonly Person[]>;
  addPerson(person: z.output<typeof personBody>): Promise<PersonAdded>;
  setDisabled(username: string, disabled: boolean): Promise<Person>;
  createKey(username: string, wish: z.output<typeof keyBody>): Promise<PersonKey>;
  grantCredits(username: string, grant: z.output<typeof grantBody>): Promise<CreditReport>;
  /** Of the owner when nobody is named. */
  readCredits(username: string | undefined): Promise<CreditReport>;
  listTeams(): Promise<readonly Team[]>;
  /** The person behind the socket owns it. */
  addTeam(team: z.output<typeof teamBody>): Promise<Team>;
  addMember(slug: string, member: z.output<typeof memberBody>): Promise<Team>;
  /** Fills a new installation with the records that examples name. */
  demonstrate(): Promise<DemonstrationReport>;
}

const personBody = z.object({
  username: z.string().min(1),
  email: z.string().min(1),
  name: z.string().min(1).max(200).optional(),
  timeZone: z.string().optional(),
});
const disabledBody = z.object({ disabled: z.boolean() });
const keyBody = z.object({ oauth: z.boolean().optional(), daysValid: z.int().min(1).max(36_500).optional() });
const grantBody = z.object({ credits: z.number(), note: z.string().min(1).max(500).optional() });

const teamBody = z.object({ name: z.string().trim().min(1).max(200), slug: z.string().min(1).max(100).optional() });
const memberBody = z.object({ username: z.string().min(1), role: z.enum(['MEMBER', 'ADMIN', 'OWNER']).optional() });

/** `/owner/users`, `/owner/credits`, `/owner/teams` and `/owner/demonstration` */
export function addAdministrationRoutes(app: Hono<{ Bindings: DoorEnv }>, administration: Administration): void {
  app.get('/users', async (context) => context.json({ users: await administration.listPeople() }));

  app.post('/users', async (context) => context.json(await administration.addPerson(await parseBody(personBody, context.req.raw))));

  app.patch('/users/:username', async (context) => {
    const { disabled } = await parseBody(disabledBody, context.req.raw);
    return context.json(await administration.setDisabled(context.req.param('username'), disabled));
  });

  app.post('/users/:username/keys', async (context) =>
    context.json(await administration.createKey(context.req.param('username'), await parseBody(keyBody, context.req.raw))),
  );

  app.get('/teams', async (context) => context.json({ teams: await administration.listTeams() }));

  app.post('/teams', async (context) => context.json(await administration.addTeam(await parseBody(teamBody, context.req.raw))));

  app.post('/teams/:slug/members', async (context) =>
    context.json(await administration.addMember(context.req.param('slug'), await parseBody(memberBody, context.req.raw))),
  );

  app.post('/demonstration', async (context) => context.json(await administration.demonstrate()));

  app.get('/credits', async (context) => context.json(await administration.readCredits(undefined)));

  app.get('/credits/:username', async (context) => context.json(await administration.readCredits(context.req.param('username'))));

  app.post('/credits/:username', async (context) =>
    context.json(await administration.grantCredits(context.req.param('username'), await parseBody(grantBody, context.req.raw))),
  );
}
