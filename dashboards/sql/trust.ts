import { members } from './filters.ts'

// What tells whether numbers can be believed.

/** Silence that nobody has filled, cut to the chosen time. */
export const unknownMs = `sum(dateDiff('millisecond', greatest(gap_from, $__fromTime), least(ifNull(gap_to, $__toTime), $__toTime)))`
export const openGaps = `FROM source_gaps FINAL
WHERE status = 'open' AND gap_from < $__toTime AND ifNull(gap_to, $__toTime) > $__fromTime`

/** An event stands in a topic for each entity that it concerns, and in the table once a copy: its id is one. */
export const heard = `FROM events
WHERE $__timeFilter(at) AND road != 'hub'
    AND $__conditionalAll(workspace IN (\${workspace:singlequote}), $workspace)`
export const lateMs = `dateDiff('millisecond', at, received_at)`

/** Rows of agents are those of the chosen teams, rows of queues are of no team. */
export const restated = (joined = '') => `FROM restatements AS rows FINAL${joined}
WHERE $__timeFilter(rows.recorded_at)
    AND $__conditionalAll(rows.workspace IN (\${workspace:singlequote}), $workspace)
    AND $__conditionalAll((rows.agent = '' OR rows.agent IN (${members('${team:singlequote}')})), $team)`
