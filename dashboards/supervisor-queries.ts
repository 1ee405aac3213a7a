import { column, hiddenId, metric, quoted, rate, selected, type Column } from './sql/column.ts'
import { chosen } from './sql/filters.ts'
import { inTotal } from './sql/interval-query.ts'
import { doing, inHand, lasted, waiting } from './sql/moment.ts'
import { nameOr, names } from './sql/names.ts'
import { rowsOf, type Query } from './sql/query.ts'

// What the supervisor's board asks: what is so at the end of the chosen time, and how the time until then went.

const wait = lasted('waits.entered_at')
const timesThreshold = `${wait} * 1000 / nullIf(waits.sl_threshold_ms, 0)`

const waitingCount = column(
  'Waiting',
  'count()',
  'count',
  'Contacts in a queue whom nobody has answered yet',
)
const longestWait = column(
  'Longest wait',
  `max(${wait})`,
  'duration',
  'The time since the first of them entered the queue',
)
const worstWait = column(
  'Of its threshold',
  `max(${timesThreshold})`,
  'times',
  'The wait divided by the service-level threshold that the definitions set for its queue; the worst of all',
)

const total = { table: 'queue_intervals' } as const
const offered = metric('queue_intervals', 'offered_count', 'Offered')
const answered = metric('queue_intervals', 'answered_count', 'Answered')
const abandoned = metric('queue_intervals', 'abandoned_count', 'Abandoned')
const serviceLevel = rate('sl_ex_short', 'Service level', 'event')
const averageWait = rate('asa_ms', 'Average wait', 'event')
const averageHandling = rate('aht_wce_ms', 'Average handling')

export const waitingNow = rowsOf([waitingCount], waiting())
export const longestNow = rowsOf([longestWait], `${waiting()}\nHAVING count() > 0`)
export const offeredInTotal = inTotal({ ...total, columns: [offered] })
export const levelInTotal = inTotal({ ...total, columns: [serviceLevel] })
export const waitInTotal = inTotal({ ...total, columns: [averageWait] })
export const abandonedInTotal = inTotal({
  ...total,
  columns: [rate('abandon_rate', 'Abandoned', 'event')],
})

const states = [
  ['talk', 'Talking'],
  ['hold', 'On hold'],
  ['acw', 'Wrapping up'],
  ['alert', 'Ringing'],
  ['idle', 'Waiting for work'],
  ['aux', 'Not available'],
  ['work_offline', 'Working signed out'],
] as const

/** In the order in which an agent goes through them. */
export const agentsByState = rowsOf(
  [
    column(
      'Doing',
      `transform(states.state, [${list(0)}], [${list(1)}], toString(states.state))`,
      'text',
    ),
    column('Agents', 'count()', 'count', 'Agents in this state; those signed out are left out'),
  ],
  `${doing()}\n    AND states.state != 'offline'\nGROUP BY states.state\nORDER BY indexOf([${list(0)}], states.state)`,
)

function list(place: 0 | 1): string {
  return states.map((state) => `'${state[place]}'`).join(', ')
}

export const signedInNow = rowsOf(
  [column('Signed in', 'count()', 'count', 'Agents who are in any activity that is not offline')],
  `${doing()}\n    AND states.activity_class != 'offline'`,
)

export const freeNow = rowsOf(
  [column('Free', 'count()', 'count', 'Agents who are available and have nothing in hand')],
  `${doing()}\n    AND states.state = 'idle'`,
)

const ofQueue: readonly Column[] = [waitingCount, longestWait, worstWait]
const ofDay: readonly Column[] = [
  ...[offered, answered, abandoned, serviceLevel, averageWait, averageHandling],
]

/** A queue is there when somebody waits in it or came to it in the chosen time. */
export const queues: Query = {
  shape: 'table',
  columns: [column('Queue', '', 'text'), ...[...ofQueue, ...ofDay], hiddenId('')],
  sql: `SELECT
    ${nameOr('id', 'told')} AS "Queue",
${[...ofQueue, ...ofDay].map(({ label }) => `    ${quoted(label)}`).join(',\n')},
    id
FROM (
    SELECT waits.queue AS id,
${selected(ofQueue)}
    ${waiting()}
    GROUP BY id
) AS present FULL JOIN (
    SELECT rows.queue AS id,
${selected(ofDay)}
    FROM queue_intervals AS rows FINAL
    WHERE $__timeFilter(rows.interval_start)
    ${chosen('rows', ['workspace', 'queue', 'channel'])}
    GROUP BY id
) AS day USING (id)
LEFT JOIN ${names('queue')} AS told USING (id)
ORDER BY "Longest wait" DESC, "Offered" DESC`,
}

export const oldestTasks = rowsOf(
  [
    column('Waiting for', wait, 'duration', 'Time since it entered the queue'),
    column(
      'Of its threshold',
      timesThreshold,
      'times',
      'The wait divided by the service-level threshold by which it is judged',
    ),
    column('Queue', nameOr('waits.queue', 'queues'), 'text'),
    column('Channel', 'waits.channel', 'text'),
    column('Came', 'waits.entry', 'text', 'new, moved by the workflow, transfer, or requeued'),
    column('Task', 'waits.task', 'text'),
  ],
  `${waiting('queue')}\nORDER BY waits.entered_at\nLIMIT 20`,
)

export const longestHandles = rowsOf(
  [
    column('In hand for', lasted('legs.accepted_at'), 'duration', 'Time since the agent accepted'),
    column('Agent', nameOr('legs.agent', 'workers'), 'text'),
    column('Queue', nameOr('legs.queue', 'queues'), 'text'),
    column('Channel', 'legs.channel', 'text'),
    column('Task', 'legs.task', 'text'),
    hiddenId('legs.agent'),
  ],
  `${inHand('queue', 'worker')}\nORDER BY legs.accepted_at\nLIMIT 20`,
)

export const agents = rowsOf(
  [
    column('Agent', nameOr('states.agent', 'workers'), 'text'),
    column('Doing', 'states.state', 'text'),
    column('For', lasted('states.started_at'), 'duration', 'Time in this state'),
    column('Activity', 'states.activity_name', 'text'),
    column(
      'In activity for',
      lasted('states.activity_started_at'),
      'duration',
      'Time since the agent chose the activity',
    ),
    hiddenId('states.agent'),
  ],
  `${doing('worker')}\n    AND states.state != 'offline'\nORDER BY states.started_at\nLIMIT 500`,
)
