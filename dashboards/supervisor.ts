import { ledgerlineAlerts, rulesOfTheHub } from './look/alert-panels.ts'
import { toAgent, toQueue } from './look/links.ts'
import { figure, levels } from './look/numbers.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import type { Board } from './board.ts'
import * as asked from './supervisor-queries.ts'
import { channel, dataSource, metricsSource, queue, team, workspace, zone } from './variables.ts'

const small = { width: 3, height: 4 } as const
const quiet = 'Nobody was served in this time'
const waitsJudged = {
  'Longest wait': thresholds.waitSteps,
  'Of its threshold': thresholds.timesThresholdSteps,
}

export const supervisor: Board = {
  name: 'supervisor',
  title: 'Supervisor now',
  about:
    'Who waits, who works and how the day goes. Let the time end earlier, and it shows that moment as it was.',
  from: 'now/d',
  refresh: '10s',
  variables: [dataSource, metricsSource, workspace, queue, channel, team, zone],
  rows: [
    {
      title: 'Now, and the day so far',
      panels: [
        figure({
          ...{ ...small, title: 'Waiting now', queries: [asked.waitingNow] },
          about: 'How many wait in the chosen queues.',
          whenEmpty: 'No queue is known yet',
        }),
        figure({
          ...{ ...small, title: 'Longest wait now', queries: [asked.longestNow] },
          about: 'How long the first in line has waited. Colours by the default threshold.',
          whenEmpty: 'Nobody waits',
          steps: thresholds.waitSteps,
        }),
        figure({
          ...{ ...small, title: 'Agents free now', queries: [asked.freeNow] },
          about:
            'Who could take the next contact, by state; whether of the right queue, TaskRouter knows.',
          whenEmpty: 'No agent is known yet',
        }),
        figure({
          ...{ ...small, title: 'Agents signed in now', queries: [asked.signedInNow] },
          about: 'Who is at work, in whatever activity.',
          whenEmpty: 'No agent is known yet',
        }),
        figure({
          ...{ ...small, title: 'Service level', queries: [asked.levelInTotal] },
          about: 'Of the chosen time, by the formula that holds where nobody sets another.',
          whenEmpty: quiet,
          steps: thresholds.serviceLevelSteps,
        }),
        figure({
          ...{ ...small, title: 'Average wait', queries: [asked.waitInTotal] },
          about: 'Of those answered in the chosen time.',
          whenEmpty: 'Nobody was answered in this time',
          steps: thresholds.waitSteps,
        }),
        figure({
          ...{ ...small, title: 'Abandoned', queries: [asked.abandonedInTotal] },
          about: 'The share of those offered in the chosen time who gave up, short waits included.',
          whenEmpty: 'Nobody came in this time',
          steps: thresholds.abandonSteps,
        }),
        figure({
          ...{ ...small, title: 'Offered', queries: [asked.offeredInTotal] },
          about: 'How many came to the chosen queues in the chosen time.',
          whenEmpty: 'Nobody came in this time',
        }),
      ],
    },
    {
      title: 'Queues and agents',
      panels: [
        table({
          ...{ title: 'Queues', width: 16, height: 10, queries: [asked.queues] },
          about: 'Who waits in each queue now, and how it has served those of the chosen time.',
          whenEmpty: 'Nobody waits, and nobody came in this time',
          judged: {
            ...waitsJudged,
            'Service level': thresholds.serviceLevelSteps,
          },
          leads: { Queue: toQueue },
        }),
        levels({
          ...{ title: 'Agents by state', width: 8, height: 10, queries: [asked.agentsByState] },
          about: 'What the agents who are signed in do at this moment.',
          whenEmpty: 'Nobody is signed in',
        }),
      ],
    },
    {
      title: 'What needs a look',
      panels: [
        table({
          ...{ title: 'Oldest waiting', width: 12, height: 9, queries: [asked.oldestTasks] },
          about: 'The twenty who have waited longest, by queue and channel.',
          whenEmpty: 'Nobody waits',
          judged: { 'Of its threshold': thresholds.timesThresholdSteps },
        }),
        table({
          ...{ title: 'Longest in hand', width: 12, height: 9, queries: [asked.longestHandles] },
          about: 'The twenty contacts that agents have had for the longest, wrap-up included.',
          whenEmpty: 'Nobody has a contact in hand',
          leads: { Agent: toAgent },
        }),
        table({
          ...{ title: 'Agents', width: 12, height: 10, queries: [asked.agents] },
          about: 'What each agent does, and for how long; who has done it for longest comes first.',
          whenEmpty: 'Nobody is signed in',
          states: ['Doing'],
          leads: { Agent: toAgent },
        }),
        ledgerlineAlerts({ width: 6, height: 10 }),
        rulesOfTheHub({ width: 6, height: 10 }),
      ],
    },
  ],
}
