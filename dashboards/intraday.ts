import { toQueue } from './look/links.ts'
import { lines, stacked } from './look/charts.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import { bad, faint, good, plain, warning } from './look/colours.ts'
import type { Board } from './board.ts'
import * as againstForecast from './forecast-queries.ts'
import { column, metric, rate } from './sql/column.ts'
import { inTotal, overTime } from './sql/interval-query.ts'
import { channel, dataSource, queue, team, workspace, zone } from './variables.ts'

const queues = { table: 'queue_intervals' } as const
/** Seven times 24 hours: after the clocks have changed it is an hour off by the wall. */
const week = 'INTERVAL 7 DAY'
const lastWeek = 'the same stretch seven days before'
const half = { width: 12, height: 8 } as const
const quiet = 'Nobody came or was served in this time'
const noForecast =
  'No forecast of this time was imported: ledgerline forecast import, or POST /v1/forecasts'

/** What is shown, then the same of a week before. */
function thenAndNow(name: 'offered_count' | 'answered_count' | 'abandoned_count', label: string) {
  return [
    overTime({ ...queues, columns: [metric('queue_intervals', name, label)] }),
    overTime({
      ...{ ...queues, earlier: week },
      columns: [metric('queue_intervals', name, `${label} a week before`)],
    }),
  ]
}

function rateThenAndNow(name: string, label: string) {
  return [
    overTime({ ...queues, columns: [rate(name, label, 'event')] }),
    overTime({
      ...{ ...queues, earlier: week },
      columns: [rate(name, `${label} a week before`, 'event')],
    }),
  ]
}

function coloured(label: string, color: string) {
  return { [label]: color, [`${label} a week before`]: faint }
}

export const intraday: Board = {
  name: 'intraday',
  title: 'Intraday',
  about:
    'How the day goes, interval by interval, beside the same weekday before. A running interval is smaller than it will be.',
  from: 'now/d',
  refresh: '1m',
  variables: [dataSource, workspace, queue, channel, team, zone],
  rows: [
    {
      title: 'What came',
      panels: [
        lines({
          ...{ ...half, title: 'Offered', queries: thenAndNow('offered_count', 'Offered') },
          about: `How many came to the chosen queues, beside ${lastWeek}.`,
          whenEmpty: quiet,
          colours: coloured('Offered', plain),
        }),
        stacked({
          ...{ ...half, title: 'What became of them' },
          about: 'Visits of a queue that ended, by how; each in the interval in which it ended.',
          whenEmpty: quiet,
          queries: [
            overTime({
              ...queues,
              columns: [
                metric('queue_intervals', 'answered_count', 'Answered'),
                metric('queue_intervals', 'abandoned_count', 'Abandoned'),
                metric('queue_intervals', 'flowed_out_count', 'Left otherwise'),
              ],
            }),
          ],
          colours: { Answered: good, Abandoned: bad, 'Left otherwise': warning },
        }),
      ],
    },
    {
      title: 'Against the forecast',
      panels: [
        lines({
          ...{ ...half, title: 'Offered against forecast', whenEmpty: noForecast },
          about: 'How many came, beside how many were forecast.',
          queries: [againstForecast.offeredAgainstForecast],
          colours: { Forecast: faint, Offered: plain },
        }),
        lines({
          ...{ ...half, title: 'Handling time against forecast', whenEmpty: noForecast },
          about: 'How long contacts took, beside what was forecast.',
          queries: [againstForecast.ahtAgainstForecast],
          colours: { Forecast: faint, 'Average handling time': plain },
        }),
        table({
          ...{ title: 'Queues against forecast', width: 24, height: 7, whenEmpty: noForecast },
          about: 'The chosen time in one line a queue of which something was forecast.',
          queries: [againstForecast.queuesAgainstForecast],
        }),
      ],
    },
    {
      title: 'How they were served',
      panels: [
        lines({
          ...{ ...half, title: 'Service level', max: 1 },
          queries: rateThenAndNow('sl_ex_short', 'Service level'),
          about: `By the formula that holds where nobody sets another, beside ${lastWeek}.`,
          whenEmpty: quiet,
          colours: coloured('Service level', good),
        }),
        lines({
          ...{ ...half, title: 'Average wait', queries: rateThenAndNow('asa_ms', 'Average wait') },
          about: `Of those answered (ASA), beside ${lastWeek}.`,
          whenEmpty: 'Nobody was answered in this time',
          colours: coloured('Average wait', plain),
        }),
        lines({
          ...{ ...half, title: 'Average handling time' },
          queries: rateThenAndNow('aht_wce_ms', 'Average handling time'),
          about: `Talk, hold and wrap-up of the contacts that ended (AHT), beside ${lastWeek}.`,
          whenEmpty: 'No contact ended in this time',
          colours: coloured('Average handling time', plain),
        }),
        lines({
          ...{ ...half, title: 'Longest wait' },
          about:
            'The longest wait of those who left a queue in the interval, whatever became of them.',
          whenEmpty: quiet,
          queries: [
            overTime({
              ...queues,
              columns: [metric('queue_intervals', 'wait_max_ms', 'Longest wait')],
            }),
          ],
          colours: { 'Longest wait': warning },
        }),
      ],
    },
    {
      title: 'Who was there',
      panels: [
        lines({
          ...{ ...half, title: 'Agents signed in' },
          about:
            'Positions staffed, and of these how many would have been enough for the work done.',
          whenEmpty: 'Nobody was signed in',
          queries: [
            overTime({
              table: 'agent_intervals',
              columns: [
                rate('staffed_avg', 'Signed in'),
                column(
                  'At work',
                  'sum(rows.state_talk_ms + rows.state_hold_ms + rows.state_acw_ms) / ($__interval_s * 1000)',
                  'average',
                  'Talk, hold and after-contact work / length of the interval',
                ),
              ],
            }),
          ],
          colours: { 'Signed in': plain, 'At work': good },
        }),
        lines({
          ...{ ...half, title: 'Occupancy', max: 1 },
          about: 'How busy agents were while they could have been.',
          whenEmpty: 'Nobody worked or waited for work',
          queries: [
            overTime({ table: 'agent_intervals', columns: [rate('occupancy', 'Occupancy')] }),
          ],
          colours: { Occupancy: plain },
        }),
      ],
    },
    {
      title: 'By queue',
      panels: [
        table({
          ...{ title: 'Queues', width: 24, height: 10 },
          about: 'The chosen time in one line a queue.',
          whenEmpty: quiet,
          queries: [
            inTotal({
              ...{ ...queues, by: 'queue', withId: true },
              columns: [
                metric('queue_intervals', 'offered_count', 'Offered'),
                metric('queue_intervals', 'answered_count', 'Answered'),
                metric('queue_intervals', 'abandoned_count', 'Abandoned'),
                metric('queue_intervals', 'flowed_out_count', 'Left otherwise'),
                rate('sl_ex_short', 'Service level', 'event'),
                rate('asa_ms', 'Average wait', 'event'),
                metric('queue_intervals', 'wait_max_ms', 'Longest wait'),
                rate('aht_wce_ms', 'Average handling time'),
                rate('abandon_rate', 'Abandon rate', 'event'),
              ],
            }),
          ],
          judged: {
            'Service level': thresholds.serviceLevelSteps,
            'Abandon rate': thresholds.abandonSteps,
          },
          leads: { Queue: toQueue },
        }),
      ],
    },
  ],
}
