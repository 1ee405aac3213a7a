import { stateColours, stateNames } from './look/colours.ts'
import { stacked } from './look/charts.ts'
import { figure } from './look/numbers.ts'
import { table, timeline } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import type { Board } from './board.ts'
import { column, metric, rate } from './sql/column.ts'
import { inTotal, overTime } from './sql/interval-query.ts'
import { nameOr, names } from './sql/names.ts'
import { rowsOf } from './sql/query.ts'
import { changesOf } from './sql/spans.ts'
import { agent, dataSource, workspace, zone } from './variables.ts'

const his = 'AND rows.agent = ${agent:singlequote}'
const ofTime = { table: 'agent_intervals', where: his, choices: ['workspace'] } as const
const ofWork = { table: 'agent_queue_intervals', where: his, choices: ['workspace'] } as const
const small = { width: 3, height: 4 } as const
const quarter = { width: 6, height: 4 } as const
const away = 'The agent was not signed in in this time'

const ofPlan = { table: 'adherence_intervals', where: his, choices: ['workspace'] } as const
const noPlan = 'No plan was read of this time'

/** In people's words, if the plan has them. */
const plannedAs = "if(rows.name = '', toString(rows.code), rows.name)"

const states = ['talk', 'hold', 'acw', 'alert', 'idle', 'aux'] as const

export const agentDay: Board = {
  name: 'agent-day',
  title: 'Agent day',
  about: 'What one agent did, stretch by stretch and contact by contact, beside what was planned.',
  from: 'now/d',
  refresh: '1m',
  variables: [dataSource, workspace, agent, zone],
  rows: [
    {
      title: 'In numbers',
      panels: [
        figure({
          ...{ ...small, title: 'Signed in', whenEmpty: away },
          about: 'Time in any activity that is not offline.',
          queries: [
            inTotal({
              ...ofTime,
              columns: [metric('agent_intervals', 'signed_in_ms', 'Signed in')],
            }),
          ],
        }),
        figure({
          ...{ ...small, title: 'Occupancy', whenEmpty: 'Neither work nor waiting for it' },
          about: 'How busy the agent was while he could have been.',
          queries: [inTotal({ ...ofTime, columns: [rate('occupancy', 'Occupancy')] })],
        }),
        figure({
          ...{ ...small, title: 'Not available', whenEmpty: away },
          about: 'Time in breaks, meetings and the like, without a contact in hand.',
          queries: [
            inTotal({
              ...ofTime,
              columns: [metric('agent_intervals', 'state_aux_ms', 'Not available')],
            }),
          ],
        }),
        figure({
          ...{ ...small, title: 'At once', whenEmpty: away },
          about: 'The most contacts that the agent had in hand at one instant.',
          queries: [
            inTotal({
              ...ofTime,
              columns: [metric('agent_intervals', 'concurrency_max', 'At once')],
            }),
          ],
        }),
        figure({
          ...{ ...small, title: 'Handled', whenEmpty: 'No contact ended in this time' },
          about: 'Contacts that the agent ended.',
          queries: [
            inTotal({
              ...ofWork,
              columns: [metric('agent_queue_intervals', 'handled_count', 'Handled')],
            }),
          ],
        }),
        figure({
          ...{ ...small, title: 'Average handling time' },
          whenEmpty: 'No contact ended in this time',
          about: 'Talk, hold and wrap-up of the contacts that ended.',
          queries: [inTotal({ ...ofWork, columns: [rate('aht_wce_ms', 'Average handling time')] })],
        }),
        figure({
          ...{ ...small, title: 'Offered', whenEmpty: 'Nothing was offered in this time' },
          about: 'How often it rang.',
          queries: [
            inTotal({
              ...ofWork,
              columns: [metric('agent_queue_intervals', 'offers_created_count', 'Offered')],
            }),
          ],
        }),
        figure({
          ...{ ...small, title: 'Not answered', whenEmpty: 'Nothing was offered in this time' },
          about: 'How often it rang until it was taken away or was refused.',
          queries: [
            inTotal({
              ...ofWork,
              columns: [
                column(
                  'Not answered',
                  'sum(rows.offers_timed_out_count + rows.offers_rejected_count)',
                  'count',
                  'offers_timed_out_count + offers_rejected_count',
                ),
              ],
            }),
          ],
        }),
      ],
    },
    {
      title: 'Against the plan',
      panels: [
        figure({
          ...{ ...quarter, title: 'Adherence', whenEmpty: noPlan },
          about: 'Whether the agent did what was planned when it was planned.',
          queries: [inTotal({ ...ofPlan, columns: [rate('adherence', 'Adherence')] })],
          steps: thresholds.adherenceSteps,
        }),
        figure({
          ...{ ...quarter, title: 'Conformance', whenEmpty: noPlan },
          about: 'Whether the agent worked as long as was planned, whenever that was.',
          queries: [inTotal({ ...ofPlan, columns: [rate('conformance', 'Conformance')] })],
        }),
        figure({
          ...{ ...quarter, title: 'Out of adherence', whenEmpty: noPlan },
          about: 'Time not as planned that is neither forgiven nor excused.',
          queries: [
            inTotal({
              ...ofPlan,
              columns: [metric('adherence_intervals', 'nonadherent_ms', 'Out of adherence')],
            }),
          ],
        }),
        figure({
          ...{ ...quarter, title: 'Work not planned', whenEmpty: noPlan },
          about: 'Time signed in while a plan says that the agent is not.',
          queries: [
            inTotal({
              ...ofPlan,
              columns: [metric('adherence_intervals', 'unscheduled_work_ms', 'Work not planned')],
            }),
          ],
        }),
      ],
    },
    {
      title: 'Stretch by stretch',
      panels: [
        timeline({
          ...{ title: 'What the agent did', width: 24, height: 10, whenEmpty: away },
          about:
            'Above what was planned for him; then what he did, by his contacts, and what it counts as; the activity that he had chosen; below what each WFM product is told. Without a plan there is neither the first nor the third.',
          queries: [
            changesOf('schedule_segments', plannedAs, 'Planned', `${his} AND rows.basis = 'final'`),
            changesOf('agent_states', 'rows.state', 'Did', his),
            changesOf(
              'adherence_spans',
              'rows.standing',
              'Counts as',
              `${his} AND rows.basis = 'final'`,
            ),
            changesOf('agent_activities', 'rows.activity_name', 'Activity', his),
            changesOf('agent_wfm_states', 'rows.code', 'In WFM codes', his),
          ],
        }),
        stacked({
          ...{ title: 'How the time was spent', width: 24, height: 8, whenEmpty: away },
          about: 'Signed-in time by state, interval by interval: together it is all of it.',
          queries: [
            overTime({
              ...ofTime,
              columns: states.map((state) =>
                metric('agent_intervals', `state_${state}_ms`, stateNames[state] ?? state),
              ),
            }),
          ],
          colours: Object.fromEntries(
            states.map((state) => [stateNames[state] ?? state, stateColours[state] ?? 'blue']),
          ),
        }),
      ],
    },
    {
      title: 'Contact by contact',
      panels: [
        table({
          ...{ title: 'Contacts', width: 24, height: 12 },
          about: 'Every offer of the chosen time, the newest first.',
          whenEmpty: 'Nothing was offered in this time',
          queries: [
            rowsOf(
              [
                column('Offered', 'rows.offered_at', 'text'),
                column('Queue', nameOr('rows.queue', 'queues'), 'text'),
                column('Channel', 'rows.channel', 'text'),
                column('Direction', 'rows.direction', 'text'),
                column('Outcome', 'rows.offer_outcome', 'text', 'How the offer ended'),
                column('Rang', 'rows.ring_ms / 1000', 'duration', 'Length of the offer'),
                column(
                  'Talk',
                  'rows.talk_ms / 1000',
                  'duration',
                  'Without hold; once it has ended',
                ),
                column('Hold', 'rows.hold_ms / 1000', 'duration', 'Once the contact has ended'),
                column('Wrap-up', 'rows.acw_ms / 1000', 'duration', 'Once the contact has ended'),
                column('Open', "if(rows.is_open, 'yes', '')", 'text'),
                column('Task', 'rows.task', 'text'),
              ],
              `FROM segments AS rows FINAL
LEFT JOIN ${names('queue')} AS queues ON queues.id = rows.queue
WHERE rows.agent = \${agent:singlequote} AND $__timeFilter(rows.offered_at)
ORDER BY rows.offered_at DESC
LIMIT 500`,
            ),
          ],
        }),
      ],
    },
  ],
}
