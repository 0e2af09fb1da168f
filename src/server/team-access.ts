import type { Handle } from '../store/store.ts';
import { findMembership, getTeam, type MembershipRecord, type TeamRecord } from '../store/teams.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';

export async function readTeam(handle: Handle, teamId: number): Promise<TeamRecord> {
  const team = await getTeam(handle, teamId);
  if (team === undefined) throw new HttpFailure(404, `Team with id ${teamId} not found.`);
  return team;
}

export interface TeamVisit {
  readonly team: TeamRecord;
  readonly membership: MembershipRecord;
}

/** A team for one of its members. */
export async function readAsMember(handle: Handle, teamId: number, caller: Caller): Promise<TeamVisit> {
  const team = await readTeam(handle, teamId);
  const membership = await findMembership(handle, teamId, caller.id);
  if (membership === undefined) throw new HttpFailure(403, `User with id=${caller.id} is not a member of team with id=${teamId}.`);
  return { team, membership };
}

/** A team for one of its admins or owners: only they change it. */
export async function readAsAdmin(handle: Handle, teamId: number, caller: Caller): Promise<TeamVisit> {
  const visit = await readAsMember(handle, teamId, caller);
  if (visit.membership.role !== 'MEMBER') return visit;
  throw new HttpFailure(403, `User with id=${caller.id} is not an admin or owner of team with id=${teamId}, and only they may do this.`);
}
