import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { fillTables, type Fill, type Filled, type Fills } from './filling.ts'
import { planFacts, teamToldAt } from './plan-rows.ts'
import { centre, spanEnd, spanStart } from './quarter-rows.ts'

// The facts behind the quarter hours, as far as dashboards read them: made up in the engine too. They are as many as a centre
// of a thousand has who each take forty contacts a day.

const { agents, queues, days } = centre
const dayMs = 86_400_000
const contactsADay = agents * 40
const statesADay = agents * 120
/** Of events only the last month is there: dashboards look at a day of them, and months lie apart. */
const eventDays = 30

/** Evenly over the sixteen hours that are open, day after day. */
const spread = (perDay: number, from = spanStart) =>
  `(${from} + intDiv(number, ${perDay}) * ${dayMs} + 25200000 + intDiv((number % ${perDay}) * 57600000, ${perDay}))`
const instant = (ms: string) => `fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC')`
const queue = `concat('WQ', toString(number % ${queues}))`
const agent = `concat('WK', toString(number % ${agents}))`
const channel = `if(number % ${queues} < 20, 'voice', 'chat')`
/** Of the last minutes some are still open. */
const isOpen = (perDay: number) => `(number >= ${perDay * days} - 200)`

const contactAt = spread(contactsADay)
const stateAt = `(${spanStart} + intDiv(number, ${statesADay}) * ${dayMs} + 25200000 + intDiv(intDiv(number % ${statesADay}, ${agents}) * 57600000, 120))`
const eventAt = spread(contactsADay * 17, spanEnd - eventDays * dayMs)

const eventRows = contactsADay * 17 * eventDays
/** The last events are those that told each agent's team last. */
const isTeam = `(number >= ${eventRows})`

const facts: Fills = {
  queue_visits: {
    rows: contactsADay * days,
    columns: {
      ...{ workspace: "'WS1'", task: "concat('WT', hex(cityHash64(number)))", visit: '1' },
      ...{ queue, channel, direction: "'inbound'", entry: "'new'", entered_at: instant(contactAt) },
      exited_at: `if(${isOpen(contactsADay)}, NULL, ${instant(`${contactAt} + 30000`)})`,
      ...{ is_open: isOpen(contactsADay), sl_threshold_ms: '20000', version: '1' },
    },
  },
  contacts: {
    rows: contactsADay * days,
    columns: {
      ...{ workspace: "'WS1'", task: "concat('WT', hex(cityHash64(number)))", channel },
      ...{ created_at: instant(contactAt), version: '1' },
      anomalies: "if(number % 50 = 0, ['missing_end'], [])",
    },
  },
  segments: {
    rows: contactsADay * days,
    columns: {
      ...{ workspace: "'WS1'", reservation: "concat('WR', hex(cityHash64(number)))" },
      ...{ task: "concat('WT', hex(cityHash64(number)))", agent, queue, channel },
      ...{ offered_at: instant(contactAt), accepted_at: instant(`${contactAt} + 5000`) },
      ended_at: `if(${isOpen(contactsADay)}, NULL, ${instant(`${contactAt} + 300000`)})`,
      ...{ offer_outcome: "'accepted'", is_open: isOpen(contactsADay), talk_ms: '200000' },
      version: '1',
    },
  },
  agent_states: { rows: statesADay * days, columns: statesOf() },
  agent_activities: {
    rows: agents * 12 * days,
    columns: {
      ...{ workspace: "'WS1'", agent },
      started_at: instant(
        `${spanStart} + intDiv(number, ${agents * 12}) * ${dayMs} + 25200000 + intDiv(number % ${agents * 12}, ${agents}) * 4800000`,
      ),
      ...{ activity_name: "'Available'", version: '1' },
    },
  },
  agent_wfm_states: {
    rows: statesADay * days,
    columns: {
      ...{ workspace: "'WS1'", target: "'calabrio'", agent, started_at: instant(stateAt) },
      ended_at: `if(number >= ${statesADay * days - agents}, NULL, ${instant(`${stateAt} + 480000`)})`,
      ...{ code: "['CALL', 'READY', 'BREAK'][number % 3 + 1]", version: '1' },
      ...{ unmapped: "if(number % 97 = 0, 'activity', '')", unmapped_name: "'Yoga'" },
    },
  },
  events: {
    rows: eventRows + agents,
    columns: {
      topic: `if(${isTeam}, 'ledgerline.workers', ['ledgerline.tasks', 'ledgerline.workers'][number % 2 + 1])`,
      ...{ partition: '0', position: 'number', id: 'hex(cityHash64(number))', digest: "''" },
      type: `if(${isTeam}, 'worker.attributes.update', 'reservation.accepted')`,
      entity: `if(${isTeam}, concat('WK', toString(number - ${eventRows})), concat('WT', hex(cityHash64(intDiv(number, 17)))))`,
      ...{ source: "'twilio-taskrouter'", road: "'stream'" },
      at: `if(${isTeam}, ${instant(teamToldAt(days - 1))}, ${instant(eventAt)})`,
      received_at: instant(`${eventAt} + if(number % 1000 = 0, 1000000, 200)`),
      workspace: "'WS1'",
      attributes: `if(${isTeam}, concat('{"team_name": "Team ', toString(number % 50), '"}'), NULL)`,
    },
  },
  messages: {
    rows: contactsADay * days,
    columns: {
      ...{ workspace: "'WS1'", conversation: "concat('CH', hex(cityHash64(intDiv(number, 8))))" },
      ...{ message: "concat('IM', hex(number))", channel: "'chat'", sent_at: instant(contactAt) },
      ...{ author: "'agent'", status: "['sent', 'delivered'][number % 2 + 1]", version: '1' },
    },
  },
  calls: {
    rows: contactsADay * days,
    columns: {
      ...{ workspace: "'WS1'", call: "concat('CA', hex(cityHash64(number)))", version: '1' },
      ...{ direction: "'inbound'", status: "'completed'", initiated_at: instant(contactAt) },
    },
  },
  restatements: {
    rows: 100_000,
    columns: {
      ...{
        table_name: "'queue_intervals'",
        workspace: "'WS1'",
        queue,
        column_name: "'offered_count'",
      },
      ...{ position: 'number', new_value: '1', version: 'number + 1' },
      interval_start: instant(`${spanStart} + (number % 8000) * 900000`),
      recorded_at: instant(`${spanStart} + number * 77000`),
    },
  },
  source_gaps: {
    rows: 500,
    columns: {
      ...{ source: "['twilio-voice', 'twilio-studio'][number % 2 + 1]", version: '1' },
      gap_from: instant(`${spanStart} + number * 15000000`),
      gap_to: instant(`${spanStart} + number * 15000000 + 600000`),
      status: "if(number % 7 = 0, 'open', 'filled')",
    },
  },
  dimension_sightings: {
    rows: (agents + queues) * days,
    columns: {
      kind: `if(number % ${agents + queues} < ${agents}, 'worker', 'queue')`,
      workspace: "'WS1'",
      id: `if(number % ${agents + queues} < ${agents}, concat('WK', toString(number % ${agents + queues})), concat('WQ', toString(number % ${agents + queues} - ${agents})))`,
      ...{ field: "'name'", value: `concat('Name ', toString(number % ${agents + queues}))` },
      first_at: instant(`${spanStart} + intDiv(number, ${agents + queues}) * ${dayMs}`),
      last_at: instant(`${spanStart} + intDiv(number, ${agents + queues}) * ${dayMs} + 3600000`),
    },
  },
}

function statesOf(): Fill['columns'] {
  return {
    ...{ workspace: "'WS1'", agent, started_at: instant(stateAt) },
    ended_at: `if(number >= ${statesADay * days - agents}, NULL, ${instant(`${stateAt} + 480000`)})`,
    is_open: `number >= ${statesADay * days - agents}`,
    state: "['talk', 'acw', 'idle', 'aux'][number % 4 + 1]",
    ...{ activity: "'WA1'", activity_name: "'Available'", activity_class: "'available'" },
    ...{ activity_started_at: instant(stateAt), version: '1' },
  }
}

/** Makes the facts that dashboards read. */
export function fillFacts(warehouse: Warehouse): Promise<readonly Filled[]> {
  return fillTables(warehouse, { ...facts, ...planFacts })
}
