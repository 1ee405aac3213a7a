import type { Fills } from './filling.ts'
import { centre, spanStart } from './quarter-rows.ts'

// What is planned for agents and how they keep to it, and what is forecast of queues: each agent works from seven on for nine hours, and changes what he does, or is
// to do, twenty times on a day. Every table tells it by either basis.

const { agents, queues, days } = centre
const dayMs = 86_400_000
const spansADay = 20
const segmentsADay = 6

const instant = (ms: string) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`
const basis = "['final', 'known'][number % 2 + 1]"
const agent = `concat('WK', toString(intDiv(number, 2) % ${agents}))`
/** The place of a row within its agent's days, and when it begins. */
const place = `intDiv(number, ${2 * agents})`
const beginning = (perDay: number) =>
  `(${spanStart} + intDiv(${place}, ${perDay}) * ${dayMs} + 25200000 + (${place} % ${perDay}) * ${Math.floor(32_400_000 / perDay)})`
const spanMs = Math.floor(32_400_000 / spansADay)
const spanAt = beginning(spansADay)
/** Each fifth stretch is out of the plan. */
const isOut = `(${place} % 5 = 2)`
/** On the evening of the last day every tenth agent still is. */
const isLast = `(${place} >= ${days * spansADay - 1})`
const isOpen = `(${isLast} AND intDiv(number, 2) % 10 = 0)`

const halfHoursADay = 48
const readings = 3
const halfHourAt = `(${spanStart} + intDiv(number, ${queues * readings}) * 1800000)`

export const planFacts: Fills = {
  adherence_spans: {
    rows: agents * days * spansADay * 2,
    columns: {
      ...{ workspace: "'WS1'", basis, agent, started_at: instant(spanAt) },
      ended_at: `if(${isOpen}, NULL, ${instant(`${spanAt} + ${spanMs}`)})`,
      ...{ is_open: isOpen, planned_code: `['ON_QUEUE', 'BREAK'][${place} % 2 + 1]` },
      actual_code: "['READY', 'CALL', 'BREAK'][number % 3 + 1]",
      standing: `if(${isOut} OR ${isOpen}, 'nonadherent', 'adherent')`,
      run_started_at: `if(${isOut} OR ${isOpen}, ${instant(spanAt)}, NULL)`,
      ...{ exception_min_ms: '60000', is_tracked: 'true', version: '1' },
    },
  },
  schedule_segments: {
    rows: agents * days * segmentsADay * 2,
    columns: {
      ...{ workspace: "'WS1'", basis, agent, started_at: instant(beginning(segmentsADay)) },
      ended_at: instant(`${beginning(segmentsADay)} + ${Math.floor(32_400_000 / segmentsADay)}`),
      ...{ code: `['ON_QUEUE', 'BREAK'][${place} % 2 + 1]`, is_tracked: 'true', version: '1' },
    },
  },
  schedule_exceptions: {
    rows: agents * days,
    columns: {
      ...{ workspace: "'WS1'", agent: `concat('WK', toString(number % ${agents}))` },
      exception: "concat('X', toString(number))",
      started_at: instant(`${spanStart} + intDiv(number, ${agents}) * ${dayMs} + 36000000`),
      ended_at: instant(`${spanStart} + intDiv(number, ${agents}) * ${dayMs} + 39600000`),
      ...{ kind: "'excuse'", reason: "'dentist'", approved_by: "'eve'", version: '1' },
    },
  },
  // By the half hour of each queue, in three readings of which the last holds.
  forecast_intervals: {
    rows: queues * days * halfHoursADay * readings,
    columns: {
      workspace: "'WS1'",
      queue: `concat('WQ', toString(intDiv(number, ${readings}) % ${queues}))`,
      ...{ interval_start: instant(halfHourAt), interval_end: instant(`${halfHourAt} + 1800000`) },
      forecast: `concat('forecast', toString(number % ${readings}))`,
      ...{ offered: 'number % 60 + 0.5', aht_ms: '240000', staff: 'number % 20', version: '1' },
      read_at: instant(`${spanStart} + number % ${readings} * 1000`),
      held_until: `if(number % ${readings} = ${readings - 1}, NULL, ${instant(`${spanStart} + (number % ${readings} + 1) * 1000`)})`,
    },
  },
  // Of each agent's team the sighting says which event told it last.
  routing_sightings: {
    rows: agents * days,
    columns: {
      ...{ kind: "'worker'", field: "'team'", id: `concat('WK', toString(number % ${agents}))` },
      ...{
        value: "''",
        first_at: instant(teamToldAt(`intDiv(number, ${agents})`)),
        last_at: instant(teamToldAt(`intDiv(number, ${agents})`)),
      },
      first_received_at: instant(teamToldAt(`intDiv(number, ${agents})`)),
    },
  },
}

/** Each agent's attributes are told on each morning: when, by the number of the day. */
export function teamToldAt(day: number | string): string {
  return `${spanStart} + (${day}) * ${dayMs} + 25000000`
}
