/** What the viewer may choose at the top of a dashboard. */
export type Choice = 'workspace' | 'queue' | 'channel' | 'team'

/** Of rows that have such columns: those that the viewer has chosen. Grafana leaves a condition out where all are chosen. */
export function chosen(rows: string, choices: readonly Choice[]): string {
  return choices.map((choice) => `AND ${condition(rows, choice)}`).join('\n    ')
}

function condition(rows: string, choice: Choice): string {
  switch (choice) {
    case 'workspace':
    case 'queue':
    case 'channel':
      return only(`${rows}.${choice} IN (\${${choice}:singlequote})`, choice)
    case 'team':
      return only(`${rows}.agent IN (${members('${team:singlequote}')})`, choice)
  }
}

/** The plugin's macro finds a variable's name only where it is plain, and the condition's end by counting brackets. */
function only(sql: string, choice: Choice): string {
  return `$__conditionalAll(${sql}, $${choice})`
}

/**
 * The agents whose team was one of these when it was last told. Teams are in the workers' attributes alone: the sightings say
 * which event told one last, so that few events are read.
 */
export function members(teams: string): string {
  return `SELECT entity FROM (${agentTeams}) WHERE team IN (${teams})`
}

/** Each agent's team by its name, else by its id, as it was last told. */
export const agentTeams = `SELECT entity, argMax(coalesce(
        nullIf(JSONExtractString(ifNull(attributes, ''), 'team_name'), ''),
        JSONExtractString(ifNull(attributes, ''), 'team_id')), position) AS team
    FROM events
    WHERE topic = 'ledgerline.workers' AND (entity, at) IN (
        SELECT id, max(last_at) FROM routing_sightings WHERE kind = 'worker' AND field = 'team' GROUP BY id)
    GROUP BY entity
    HAVING team != ''`
