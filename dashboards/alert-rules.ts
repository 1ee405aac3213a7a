import {
  abandonRateMax,
  outSecondsMax,
  serviceLevelFloor,
  waitTimesMax,
} from './look/thresholds.ts'
import { rate } from './sql/column.ts'
import { agentTeams } from './sql/filters.ts'
import { nameOr, names } from './sql/names.ts'
import { teamOr } from './sql/teams.ts'

export interface AlertRule {
  /** The last part of its uid. */
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly severity: 'info' | 'warning' | 'critical'
  /** Rows with texts, which become labels, and one number. What is well has a row too, so that an alert ends as soon as it is. */
  readonly sql: string
  /** Fires while the number is … this. */
  readonly fires: 'gt' | 'lt'
  readonly threshold: number
  /** How long it must have been so. */
  readonly forMinutes: number
  /** The stretch until now that the query looks at. */
  readonly lookBackMinutes: number
  /** The board on which one sees more. */
  readonly board: string
}

const now = '$__toTime'
/** A rate of few contacts says nothing. */
const contactsMin = 10

/** Rates of the rows of each queue that are within the look-back, where enough contacts left it. */
function ofQueues(name: string): string {
  return `SELECT ${nameOr('rows.queue', 'told')} AS queue, ${rate(name, name, 'event').sql} AS value
FROM queue_intervals AS rows FINAL
LEFT JOIN ${names('queue')} AS told ON told.id = rows.queue
WHERE $__timeFilter(rows.interval_start)
GROUP BY rows.queue, told.name
HAVING sum(rows.answered_count + rows.abandoned_count) >= ${contactsMin}`
}

/** Grafana's rules over the tables. What only Prometheus knows is in docs/alerts.md. */
export const alertRules: readonly AlertRule[] = [
  {
    name: 'longest-wait',
    title: 'Somebody has waited for too long',
    summary: 'In queue {{ .Labels.queue }} somebody has waited {{ .Values.A }} times the threshold',
    severity: 'critical',
    sql: `SELECT ${nameOr('visits.queue', 'told')} AS queue,
    max(if(visits.exited_at IS NULL OR visits.exited_at > ${now}, dateDiff('second', visits.entered_at, ${now}) * 1000 / nullIf(visits.sl_threshold_ms, 0), 0)) AS value
FROM queue_visits AS visits FINAL
LEFT JOIN ${names('queue')} AS told ON told.id = visits.queue
WHERE (visits.workspace, visits.task, visits.visit) IN (
        SELECT workspace, task, visit FROM queue_visits
        WHERE entered_at > ${now} - INTERVAL 1 DAY AND entered_at <= ${now})
    AND visits.entered_at > ${now} - INTERVAL 1 DAY AND visits.entered_at <= ${now}
GROUP BY visits.queue, told.name`,
    ...{ fires: 'gt', threshold: waitTimesMax, forMinutes: 1, lookBackMinutes: 60 },
    board: 'supervisor',
  },
  {
    name: 'service-level',
    title: 'The service level is missed',
    summary: 'Queue {{ .Labels.queue }}: {{ .Values.A }} of 1 in time in the last half hour',
    severity: 'warning',
    sql: ofQueues('sl_ex_short'),
    ...{ fires: 'lt', threshold: serviceLevelFloor, forMinutes: 5, lookBackMinutes: 45 },
    board: 'intraday',
  },
  {
    name: 'abandons',
    title: 'Many give up',
    summary: 'Queue {{ .Labels.queue }}: {{ .Values.A }} of 1 gave up in the last half hour',
    severity: 'warning',
    sql: ofQueues('abandon_rate_ex_short'),
    ...{ fires: 'gt', threshold: abandonRateMax, forMinutes: 5, lookBackMinutes: 45 },
    board: 'intraday',
  },
  {
    name: 'out-of-adherence',
    title: 'Agents do not do what is planned',
    summary: `Of team {{ .Labels.team }} {{ .Values.A }} have been out of adherence for ${outSecondsMax / 60} minutes`,
    severity: 'warning',
    sql: `SELECT ${teamOr('teams')} AS team,
    countIf((spans.ended_at IS NULL OR spans.ended_at > ${now}) AND dateDiff('second', spans.run_started_at, ${now}) >= ${outSecondsMax}) AS value
FROM adherence_spans AS spans FINAL
LEFT JOIN (${agentTeams}) AS teams ON teams.entity = spans.agent
WHERE spans.basis = 'final' AND spans.started_at > ${now} - INTERVAL 1 DAY AND spans.started_at <= ${now}
GROUP BY teams.team`,
    ...{ fires: 'gt', threshold: 0, forMinutes: 1, lookBackMinutes: 60 },
    board: 'adherence',
  },
  {
    name: 'incomplete',
    title: 'A source has lost events',
    summary: 'Of the last hour {{ .Values.A }} s of {{ .Labels.source }} are unknown',
    severity: 'critical',
    sql: `SELECT source, sum(if(status = 'open', greatest(0, dateDiff('second', greatest(gap_from, $__fromTime), least(ifNull(gap_to, ${now}), ${now}))), 0)) AS value
FROM source_gaps FINAL
WHERE gap_from <= ${now}
GROUP BY source`,
    ...{ fires: 'gt', threshold: 60, forMinutes: 0, lookBackMinutes: 60 },
    board: 'data-trust',
  },
  {
    name: 'unmapped',
    title: 'A WFM product is told the fallback',
    summary: 'No rule for {{ .Labels.target }} maps what {{ .Values.A }} agents do',
    severity: 'warning',
    sql: `SELECT target, countIf(unmapped != '') AS value
FROM agent_wfm_states FINAL
WHERE started_at <= ${now} AND started_at > ${now} - INTERVAL 7 DAY
    AND (ended_at IS NULL OR ended_at > ${now})
GROUP BY target`,
    ...{ fires: 'gt', threshold: 0, forMinutes: 5, lookBackMinutes: 10 },
    board: 'data-trust',
  },
  {
    name: 'restated',
    title: 'Numbers that were final have changed',
    summary: '{{ .Values.A }} intervals of {{ .Labels.table_name }} were restated within an hour',
    severity: 'info',
    sql: `SELECT table_name, uniqExactIf(interval_start, $__timeFilter(recorded_at)) AS value
FROM restatements FINAL
GROUP BY table_name`,
    ...{ fires: 'gt', threshold: 0, forMinutes: 0, lookBackMinutes: 60 },
    board: 'data-trust',
  },
]
