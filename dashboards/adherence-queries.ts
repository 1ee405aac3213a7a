import { column, hiddenId, metric, rate, type Column } from './sql/column.ts'
import { chosen } from './sql/filters.ts'
import { inTotal, overTime } from './sql/interval-query.ts'
import { keeping, lasted } from './sql/moment.ts'
import { nameOr, names } from './sql/names.ts'
import { rowsOf, type Query } from './sql/query.ts'
import { isInTimeAndShort, secondsInTime } from './sql/spans.ts'
import { teamOr } from './sql/teams.ts'

// What the board of adherence asks: who does not do what is planned for him, how plans were kept, and what was agreed on.

const kept = { table: 'adherence_intervals' } as const

const adherence = rate('adherence', 'Adherence')
const adherenceAsKnown = rate('known_adherence', 'Adherence as known')
const conformance = rate('conformance', 'Conformance')
const outOfIt = metric('adherence_intervals', 'nonadherent_ms', 'Out of adherence')
const forgiven = metric('adherence_intervals', 'graced_ms', 'Forgiven')
const excused = metric('adherence_intervals', 'excused_ms', 'Excused')
const notPlanned = metric('adherence_intervals', 'unscheduled_work_ms', 'Work not planned')
const shrinkagePlanned = rate('shrinkage_planned', 'Shrinkage planned')
const shrinkage = rate('shrinkage_actual', 'Shrinkage')

const isOut = 'spans.run_started_at IS NOT NULL'
const outFor = lasted('spans.run_started_at')
const outForMeaning =
  'The time since he was last in adherence; grace may still forgive what is short'

export const outNow = rowsOf(
  [
    column(
      'Out now',
      `countIf(${isOut})`,
      'count',
      'Agents who do not do what is planned for them, where that is measured and not excused',
    ),
  ],
  `${keeping()}\nHAVING count() > 0`,
)

export const longestOutNow = rowsOf(
  [column('Longest', `max(${outFor})`, 'duration', outForMeaning)],
  `${keeping()}\n    AND ${isOut}\nHAVING count() > 0`,
)

export const agentsOut = rowsOf(
  [
    column('Agent', nameOr('spans.agent', 'workers'), 'text'),
    column('Team', teamOr('teams'), 'text'),
    column('Out for', outFor, 'duration', outForMeaning),
    column('Since', 'spans.run_started_at', 'text'),
    column('Planned', 'spans.planned_code', 'text'),
    column('Does', codeOr('spans.actual_code'), 'text'),
    hiddenId('spans.agent'),
  ],
  `${keeping('worker', 'team')}\n    AND ${isOut}\nORDER BY spans.run_started_at\nLIMIT 500`,
)

export const adherenceInTotal = inTotal({ ...kept, columns: [adherence] })
export const conformanceInTotal = inTotal({ ...kept, columns: [conformance] })
export const shrinkagePlannedInTotal = inTotal({ ...kept, columns: [shrinkagePlanned] })
export const shrinkageInTotal = inTotal({ ...kept, columns: [shrinkage] })
export const notPlannedInTotal = inTotal({ ...kept, columns: [notPlanned] })

export const keptOverTime = overTime({ ...kept, columns: [adherence, conformance] })
export const keptByTeam = overTime({ ...kept, by: 'team', columns: [adherence] })
export const shrinkageOverTime = overTime({ ...kept, columns: [shrinkagePlanned, shrinkage] })
export const lostOverTime = overTime({ ...kept, columns: [outOfIt, forgiven, excused, notPlanned] })

const inOneLine: readonly Column[] = [
  ...[adherence, adherenceAsKnown, conformance, outOfIt],
  ...[excused, notPlanned, shrinkagePlanned, shrinkage],
]
const worstFirst = '"Adherence"'

export const teams = inTotal({ ...kept, by: 'team', columns: inOneLine, order: worstFirst })
export const agents = inTotal({
  ...{ ...kept, by: 'agent', columns: inOneLine, order: worstFirst, withId: true },
})

/** Stretches of the chosen time, by the plan as it was corrected in the end. */
const stretches = `FROM adherence_spans AS rows FINAL
WHERE rows.basis = 'final' AND ${isInTimeAndShort}
    ${chosen('rows', ['workspace', 'team'])}`

export const standings = rowsOf(
  [
    column('Counts as', 'rows.standing', 'text'),
    column('Time', `sum(${secondsInTime})`, 'duration', 'Length of these stretches'),
  ],
  `${stretches}\nGROUP BY rows.standing\nORDER BY "Time" DESC`,
)

export const plannedAndDone: Query = rowsOf(
  [
    column('Planned', "if(rows.planned_code = '', 'nothing', rows.planned_code)", 'text'),
    column('Did', codeOr('rows.actual_code'), 'text'),
    column('Time', `sum(${secondsInTime})`, 'duration', 'Length of these stretches'),
    column(
      'Of the planned',
      '"Time" / nullIf(sum("Time") OVER (PARTITION BY "Planned"), 0)',
      'share',
      'Time / all time for which the same was planned',
    ),
    column(
      'Out of adherence',
      `sumIf(${secondsInTime}, rows.standing = 'nonadherent')`,
      'duration',
      'Of the time, what is measured and neither forgiven nor excused',
    ),
  ],
  `${stretches}\nGROUP BY "Planned", "Did"\nORDER BY "Planned", "Time" DESC`,
)

/**
 * By the plan as it was known: a stretch that was excused afterwards is there, with why, and one that was agreed on before
 * it began is none.
 */
const exceptionRows = `FROM v_adherence_exceptions AS rows
LEFT JOIN ${names('worker')} AS workers ON workers.id = rows.agent
LEFT JOIN (
    SELECT workspace, agent, arraySort(one -> one.6, groupArray(
        (started_at, ended_at, kind, reason, approved_by, set_at))) AS agreed
    FROM schedule_exceptions FINAL
    WHERE NOT is_withdrawn AND started_at <= $__toTime
    GROUP BY workspace, agent
) AS beside ON beside.workspace = rows.workspace AND beside.agent = rows.agent
WHERE rows.basis = 'known' AND $__timeFilter(rows.started_at)
    ${chosen('rows', ['workspace', 'team'])}`
const agreement = `arrayLast(one -> one.1 < ifNull(rows.ended_at, $__toTime) AND one.2 > rows.started_at, beside.agreed)`

export const exceptionCount = rowsOf(
  [
    column(
      'Exceptions',
      'count()',
      'count',
      'Stretches out of adherence, none too short to be told',
    ),
  ],
  `FROM v_adherence_exceptions AS rows
WHERE rows.basis = 'known' AND $__timeFilter(rows.started_at)
    ${chosen('rows', ['workspace', 'team'])}`,
)

export const exceptions = rowsOf(
  [
    column('Began', 'rows.started_at', 'text'),
    column('Agent', nameOr('rows.agent', 'workers'), 'text'),
    column(
      'Lasted',
      lastedUntil('rows.started_at', 'rows.ended_at'),
      'duration',
      'Its whole length, or up to the end of the chosen time while it lasts',
    ),
    column(
      'Forgiven',
      'rows.graced_ms / 1000',
      'duration',
      'What of it grace forgives, once it has ended',
    ),
    column('Planned', 'rows.planned_code', 'text'),
    column('Did', codeOr('rows.actual_code'), 'text'),
    column(
      'Agreed',
      `${agreement}.3`,
      'text',
      'What was agreed on of that time: replace, exclude, excuse',
    ),
    column('Reason', `${agreement}.4`, 'text'),
    column('Approved by', `${agreement}.5`, 'text'),
    hiddenId('rows.agent'),
  ],
  `${exceptionRows}\nORDER BY rows.started_at DESC\nLIMIT 500`,
)

export const agreed = rowsOf(
  [
    column('From', 'rows.started_at', 'text'),
    column('To', 'rows.ended_at', 'text'),
    column('Agent', nameOr('rows.agent', 'workers'), 'text'),
    column('Agreed', 'rows.kind', 'text', 'replace, exclude or excuse'),
    column('Instead', 'rows.code', 'text', 'What he does instead, where the plan is replaced'),
    column('Reason', 'rows.reason', 'text'),
    column('Approved by', 'rows.approved_by', 'text'),
    column('Told', 'rows.set_at', 'text'),
    column('Withdrawn', "if(rows.is_withdrawn, 'yes', '')", 'text'),
    hiddenId('rows.agent'),
  ],
  `FROM schedule_exceptions AS rows FINAL
LEFT JOIN ${names('worker')} AS workers ON workers.id = rows.agent
WHERE rows.started_at <= $__toTime AND rows.ended_at > $__fromTime
    ${chosen('rows', ['workspace', 'team'])}
ORDER BY rows.started_at DESC
LIMIT 500`,
)

function codeOr(code: string): string {
  return `if(${code} = '', 'no code', ${code})`
}

function lastedUntil(from: string, to: string): string {
  return `dateDiff('second', ${from}, ifNull(${to}, $__toTime))`
}
