import { lines, stacked } from './look/charts.ts'
import { bad, faint, good, plain, warning } from './look/colours.ts'
import { toAgent } from './look/links.ts'
import { figure } from './look/numbers.ts'
import { table } from './look/tables.ts'
import * as thresholds from './look/thresholds.ts'
import * as asked from './adherence-queries.ts'
import type { Board } from './board.ts'
import { dataSource, team, workspace, zone } from './variables.ts'

const small = { width: 3, height: 4 } as const
const half = { width: 12, height: 8 } as const
const whole = { width: 24, height: 10 } as const
const noPlan = 'No plan was read of this time'
const allThere = 'Everybody does what is planned, or nothing is'
const judged = {
  Adherence: thresholds.adherenceSteps,
  'Adherence as known': thresholds.adherenceSteps,
}

export const adherence: Board = {
  name: 'adherence',
  title: 'Adherence',
  about:
    'Who does not do what is planned for him, and since when; how plans were kept, and what was agreed beside them. By the plan as it was corrected in the end, where nothing else is said.',
  from: 'now/d',
  refresh: '1m',
  variables: [dataSource, workspace, team, zone],
  rows: [
    {
      title: 'Now, and the day so far',
      panels: [
        figure({
          ...{ ...small, title: 'Out now', queries: [asked.outNow], steps: thresholds.anyIsBad },
          about: 'How many are out of adherence at the end of the chosen time.',
          whenEmpty: 'Nothing is planned now',
        }),
        figure({
          ...{ ...small, title: 'Longest out now', queries: [asked.longestOutNow] },
          about: 'How long the one of them has been so who has been so for longest.',
          whenEmpty: allThere,
          steps: thresholds.outSteps,
        }),
        figure({
          ...{ ...small, title: 'Adherence', queries: [asked.adherenceInTotal] },
          about: 'Whether agents did what was planned when it was planned.',
          whenEmpty: noPlan,
          steps: thresholds.adherenceSteps,
        }),
        figure({
          ...{ ...small, title: 'Conformance', queries: [asked.conformanceInTotal] },
          about: 'Whether agents worked as long as was planned, whenever that was.',
          whenEmpty: noPlan,
        }),
        figure({
          ...{ ...small, title: 'Shrinkage planned', queries: [asked.shrinkagePlannedInTotal] },
          about: 'Breaks, meetings and the like, as planned.',
          whenEmpty: 'No paid time was planned',
        }),
        figure({
          ...{ ...small, title: 'Shrinkage', queries: [asked.shrinkageInTotal] },
          about: 'What in fact was lost of paid time.',
          whenEmpty: 'No paid time was planned',
        }),
        figure({
          ...{ ...small, title: 'Work not planned', queries: [asked.notPlannedInTotal] },
          about: 'Who is signed in while a plan says that he is not.',
          whenEmpty: noPlan,
        }),
        figure({
          ...{ ...small, title: 'Exceptions', queries: [asked.exceptionCount] },
          about: 'How often somebody was out of adherence, by what was planned at the time.',
          whenEmpty: noPlan,
        }),
      ],
    },
    {
      title: 'Out now',
      panels: [
        table({
          ...{ title: 'Out of adherence now', width: 24, height: 9, queries: [asked.agentsOut] },
          about:
            'Who does not do what is planned for him at the end of the chosen time; who has been so for longest comes first.',
          whenEmpty: allThere,
          judged: { 'Out for': thresholds.outSteps },
          leads: { Agent: toAgent },
        }),
      ],
    },
    {
      title: 'How plans were kept',
      panels: [
        lines({
          ...{ ...half, title: 'Adherence and conformance', queries: [asked.keptOverTime] },
          about: 'When agents worked, and how much, of what was planned.',
          whenEmpty: noPlan,
          colours: { Adherence: good, Conformance: plain },
        }),
        lines({
          ...{ ...half, title: 'Adherence by team', by: 'Team', max: 1 },
          about: 'The same of each team, as agents are in them now.',
          whenEmpty: noPlan,
          queries: [asked.keptByTeam],
        }),
        lines({
          ...{ ...half, title: 'Shrinkage, planned and actual', max: 1 },
          about: 'The share of paid time that is no work, as it was planned and as it was.',
          whenEmpty: 'No paid time was planned',
          queries: [asked.shrinkageOverTime],
          colours: { 'Shrinkage planned': faint, Shrinkage: warning },
        }),
        stacked({
          ...{ ...half, title: 'Time not as planned', queries: [asked.lostOverTime] },
          about:
            'Time out of the plan, what of it is forgiven or excused, and work that nobody planned.',
          whenEmpty: noPlan,
          colours: {
            'Out of adherence': bad,
            Forgiven: faint,
            Excused: plain,
            'Work not planned': warning,
          },
        }),
      ],
    },
    {
      title: 'By team and agent',
      panels: [
        table({
          ...{ title: 'Teams', width: 24, height: 7, queries: [asked.teams], judged },
          about: 'The chosen time in one line a team, as agents are in them now.',
          whenEmpty: noPlan,
        }),
        table({
          ...{ ...whole, title: 'Agents', queries: [asked.agents], judged },
          about: 'The chosen time in one line an agent, those furthest from their plan first.',
          whenEmpty: noPlan,
          leads: { Agent: toAgent },
        }),
      ],
    },
    {
      title: 'Planned and done',
      panels: [
        table({
          ...{ title: 'Planned against done', width: 16, height: 9 },
          about:
            'What was done while something was planned, in the codes of the WFM product. A code may accept others.',
          whenEmpty: noPlan,
          queries: [asked.plannedAndDone],
          shaded: ['Of the planned'],
        }),
        table({
          ...{ title: 'What the time counts as', width: 8, height: 9, queries: [asked.standings] },
          about: 'The chosen time of which a plan tells, or in which agents worked without one.',
          whenEmpty: noPlan,
          states: ['Counts as'],
        }),
      ],
    },
    {
      title: 'Exceptions',
      panels: [
        table({
          ...{ ...whole, title: 'Exceptions', queries: [asked.exceptions] },
          about:
            'Stretches out of adherence by the plan as it was known at the time, the newest first, with what was agreed on of that time, if anything.',
          whenEmpty: 'Nobody was out of adherence',
          leads: { Agent: toAgent },
        }),
        table({
          ...{ ...whole, title: 'Agreed beside the plan', queries: [asked.agreed] },
          about: 'What holds in the chosen time though no plan says it, with why and by whom.',
          whenEmpty: 'Nothing was agreed beside the plans',
          leads: { Agent: toAgent },
        }),
      ],
    },
  ],
}
