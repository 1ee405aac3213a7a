/** The name of a team where `agentTeams` is joined. */
export function teamOr(joined: string): string {
  return `if(${joined}.team = '', 'no team', ${joined}.team)`
}
