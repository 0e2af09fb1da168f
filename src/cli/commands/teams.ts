import type { Team } from '../../owner/administration.ts';
import { clean, pad, widthOf } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { given, positional, textOf, type Values } from './values.ts';

export async function listTeams(terminal: Terminal): Promise<number> {
  const { teams } = await reachOwner(terminal).json<{ teams: readonly Team[] }>('/owner/teams');
  if (terminal.isJson) terminal.printJson(teams);
  else terminal.print(teams.length === 0 ? 'There is no team.' : toTable(teams));
  return 0;
}

export async function addTeam(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const body = given({ name: positional(positionals, "team's name"), slug: textOf(values, 'slug') });
  const team = await reachOwner(terminal).json<Team>('/owner/teams', { body });
  if (terminal.isJson) {
    terminal.printJson(team);
    return 0;
  }
  terminal.print(toTable([team]));
  terminal.say(`Add people with: kalends teams member ${team.slug} NAME. Event types are made with POST /v2/teams/${team.id}/event-types.`);
  return 0;
}

export async function addMember(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const [slug, username] = [positional(positionals, "team's slug"), positional(positionals.slice(1), "user's name")];
  const role = textOf(values, 'role')?.toUpperCase();
  const path = `/owner/teams/${encodeURIComponent(slug)}/members`;
  const team = await reachOwner(terminal).json<Team>(path, { body: given({ username, role }) });
  if (terminal.isJson) terminal.printJson(team);
  else terminal.print(toTable([team]));
  return 0;
}

function toTable(teams: readonly Team[]): string {
  const rows = teams.map((team) => [
    String(team.id),
    team.slug,
    clean(team.name),
    team.members.map(({ username, role }) => (role === 'MEMBER' ? username : `${username} (${role.toLowerCase()})`)).join(', '),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}
