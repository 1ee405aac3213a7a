import { lines, stacked } from './look/charts.ts'
import { levels } from './look/numbers.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import { bad, faint, good, plain } from './look/colours.ts'
import type { Board } from './board.ts'
import { column, metric, quoted, rate, type Column } from './sql/column.ts'
import { chosen, type Choice } from './sql/filters.ts'
import { inTotal, overTime } from './sql/interval-query.ts'
import { rowsOf, type Query } from './sql/query.ts'
import { channel, dataSource, queue, team, workspace, zone } from './variables.ts'

const half = { width: 12, height: 8 } as const
const third = { width: 8, height: 8 } as const
const quiet = 'Nobody came or was served in this time'
const silent = 'Nobody wrote in this time'
const talks = { table: 'conversation_intervals' } as const
const visits = { table: 'queue_intervals', by: 'channel' } as const

/** A part of the handling time of a contact that ended, on average. */
function averageOf(name: 'talk_wce_ms' | 'hold_wce_ms', label: string): Column {
  return column(
    label,
    `sum(rows.${name}) / nullIf(sum(rows.handled_count), 0) / 1000`,
    'duration',
    `${name} / handled_count`,
  )
}

/** How many rows of facts that began in the chosen time there are of each, the most first. */
function countedBy(question: {
  readonly by: Column
  readonly counted: Column
  readonly table: string
  readonly since: string
  readonly choices: readonly Choice[]
}): Query {
  const { by, counted, table: facts, since, choices } = question
  return rowsOf(
    [by, counted],
    `FROM ${facts} AS rows FINAL
WHERE $__timeFilter(rows.${since})
    ${chosen('rows', choices)}
GROUP BY ${quoted(by.label)}
ORDER BY ${quoted(counted.label)} DESC`,
  )
}

export const channels: Board = {
  name: 'channels',
  title: 'Channels',
  about:
    'Voice, chat, messaging and e-mail side by side: what comes by each, and how soon it is answered.',
  from: 'now-24h',
  refresh: '1m',
  variables: [dataSource, workspace, queue, channel, team, zone],
  rows: [
    {
      title: 'All channels',
      panels: [
        stacked({
          ...{ ...half, title: 'Offered by channel', by: 'Channel', whenEmpty: quiet },
          about: 'How many came by each channel.',
          queries: [
            overTime({
              ...visits,
              columns: [metric('queue_intervals', 'offered_count', 'Offered')],
            }),
          ],
        }),
        lines({
          ...{ ...half, title: 'Service level by channel', by: 'Channel', max: 1 },
          about: 'Of each channel, by the thresholds of its queues.',
          whenEmpty: quiet,
          queries: [
            overTime({ ...visits, columns: [rate('sl_ex_short', 'Service level', 'event')] }),
          ],
        }),
        table({
          ...{ title: 'Channels', width: 24, height: 7, whenEmpty: quiet },
          about: 'The chosen time in one line a channel.',
          queries: [
            inTotal({
              ...visits,
              columns: [
                metric('queue_intervals', 'offered_count', 'Offered'),
                metric('queue_intervals', 'answered_count', 'Answered'),
                metric('queue_intervals', 'abandoned_count', 'Abandoned'),
                rate('sl_ex_short', 'Service level', 'event'),
                rate('asa_ms', 'Average wait', 'event'),
                rate('aht_wce_ms', 'Average handling time'),
                metric('queue_intervals', 'transferred_out_count', 'Transferred'),
              ],
            }),
          ],
          judged: { 'Service level': thresholds.serviceLevelSteps },
        }),
      ],
    },
    {
      title: 'Chat and messaging',
      panels: [
        stacked({
          ...{ ...third, title: 'Messages', whenEmpty: silent },
          about: 'Who wrote how much.',
          queries: [
            overTime({
              ...talks,
              columns: [
                metric('conversation_intervals', 'messages_customer_count', 'Customers'),
                metric('conversation_intervals', 'messages_agent_count', 'Agents'),
                metric('conversation_intervals', 'messages_bot_count', 'Machines'),
              ],
            }),
          ],
          colours: { Customers: plain, Agents: good, Machines: faint },
        }),
        lines({
          ...{ ...third, title: 'Time to an answer', whenEmpty: 'Nobody was answered in writing' },
          about:
            'How long a customer waits for the first answer, for any answer, and how long he takes himself.',
          queries: [
            overTime({
              ...talks,
              columns: [
                rate('first_response_avg_ms', 'First answer'),
                rate('agent_response_avg_ms', 'Any answer'),
                rate('customer_response_avg_ms', 'Customers take'),
              ],
            }),
          ],
          colours: { 'First answer': bad, 'Any answer': plain, 'Customers take': faint },
        }),
        stacked({
          ...{ ...third, title: 'Conversations that ended', whenEmpty: 'No conversation ended' },
          about:
            'How many were settled without an agent, and how many with an agent or unanswered.',
          queries: [
            overTime({
              ...talks,
              columns: [
                metric(
                  'conversation_intervals',
                  'conversations_contained_count',
                  'Without an agent',
                ),
                column(
                  'With an agent or unanswered',
                  'sum(rows.conversations_ended_count) - sum(rows.conversations_contained_count)',
                  'count',
                  'conversations_ended_count − conversations_contained_count',
                ),
              ],
            }),
          ],
          colours: { 'Without an agent': good, 'With an agent or unanswered': plain },
        }),
        table({
          ...{ title: 'Conversations by channel', width: 12, height: 8, whenEmpty: silent },
          about: 'The chosen time in one line a channel of writing.',
          queries: [
            inTotal({
              ...{ ...talks, by: 'channel' },
              columns: [
                metric('conversation_intervals', 'conversations_started_count', 'Begun'),
                metric('conversation_intervals', 'conversations_ended_count', 'Ended'),
                metric('conversation_intervals', 'ended_unanswered_count', 'Ended unanswered'),
                rate('first_response_avg_ms', 'First answer'),
                rate('agent_response_avg_ms', 'Any answer'),
              ],
            }),
          ],
        }),
        levels({
          ...{ title: 'What became of messages', width: 12, height: 8, whenEmpty: silent },
          about: 'By the reports of the carriers; chat in a browser has none.',
          queries: [
            countedBy({
              by: column('Report', "if(rows.status = '', 'no report', rows.status)", 'text'),
              counted: column(
                'Messages',
                'count()',
                'count',
                'Messages written in the chosen time',
              ),
              ...{
                table: 'messages',
                since: 'sent_at',
                choices: ['workspace', 'queue', 'channel'],
              },
            }),
          ],
        }),
      ],
    },
    {
      title: 'Voice',
      panels: [
        levels({
          ...{ ...half, title: 'What became of calls', whenEmpty: 'Nobody called in this time' },
          about: 'Each leg of a call that began in the chosen time, by its last state.',
          queries: [
            countedBy({
              by: column('State', "concat(rows.direction, ' ', rows.status)", 'text'),
              counted: column('Legs', 'count()', 'count', 'Legs of calls begun in the chosen time'),
              ...{ table: 'calls', since: 'initiated_at', choices: ['workspace', 'queue'] },
            }),
          ],
        }),
        lines({
          ...{ ...half, title: 'Talk and hold', whenEmpty: 'No contact ended in this time' },
          about: 'How long the contacts that ended were talked to and left on hold, on average.',
          queries: [
            overTime({
              table: 'queue_intervals',
              where: "AND rows.channel = 'voice'",
              columns: [averageOf('talk_wce_ms', 'Talk'), averageOf('hold_wce_ms', 'Hold')],
            }),
          ],
          colours: { Talk: good, Hold: 'yellow' },
        }),
      ],
    },
  ],
}
