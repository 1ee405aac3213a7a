import type { createOperationsClient } from '../../client/operations.ts'
import type { ScheduleBody } from '../../schemas/feeds/schedules.ts'
import type { ActivityName } from '../simulator/model/centre.ts'
import type { ShiftRecord } from '../simulator/model/chronicle.ts'

type Client = Pick<
  ReturnType<typeof createOperationsClient>,
  'setDefinitions' | 'setMapping' | 'importSchedules'
>

const target = 'demo-wfm'
const work = 'ON_QUEUE'

/** The planner's word for each thing an agent may be planned for, or do. */
const codes: Readonly<Partial<Record<ActivityName, string>>> = {
  ...{ Break: 'BREAK', Lunch: 'LUNCH', Meeting: 'MEETING', Training: 'TRAINING' },
  ...{ Coaching: 'COACHING', 'Outbound Campaign': 'OUTBOUND' },
}

/** What the demo's planner is told of agents. `System Issue` has no rule, so that there is something to find. */
const mapping = {
  target,
  contactPolicy: 'contact',
  precedence: [{ phase: 'talk' }, { phase: 'hold' }, { phase: 'ringing' }, { phase: 'acw' }],
  minimumDwellMs: 1_000,
  rules: [
    {
      name: 'After-contact work that takes too long',
      when: { phase: ['acw'], longerThanMs: 240_000 },
      give: { code: 'ACW_LONG', class: 'signed_on', countsAsContact: true },
    },
    { when: { phase: ['acw'] }, give: { code: 'ACW', class: 'signed_on', countsAsContact: true } },
    {
      when: { phase: ['talk', 'hold', 'ringing'] },
      give: { code: 'CONTACT', class: 'signed_on', countsAsContact: true },
    },
    ...Object.entries(codes).map(([activity, code]) => ({
      when: { activity: [activity] },
      give: { code, class: 'signed_on' },
    })),
    { when: { activity: ['Unavailable'] }, give: { code: 'AWAY', class: 'signed_on' } },
    { when: { activityClass: ['available'] }, give: { code: 'READY', class: 'available' } },
    {
      when: { activityClass: ['offline'] },
      give: { code: 'OFF', class: 'signed_off', paid: false },
    },
  ],
  fallback: { code: 'UNMAPPED', text: '{activity}', class: 'signed_on' },
  gone: { code: 'OFF', class: 'signed_off', paid: false },
}

const definitions = {
  adherence: {
    target,
    accept: { [work]: ['READY', 'CONTACT', 'ACW', 'ACW_LONG'] },
    productiveCodes: [work, 'READY', 'CONTACT', 'ACW', 'ACW_LONG', 'OUTBOUND'],
    unpaidCodes: ['LUNCH'],
    graceMs: 60_000,
  },
}

/** By what the demo measures adherence, in force from its first event on. */
export async function setUpWfm(client: Client, from: number): Promise<void> {
  // JSON is YAML.
  await client.setDefinitions(JSON.stringify(definitions), from)
  await client.setMapping(JSON.stringify(mapping), from)
}

const everyMs = 2_000

/** Takes in the schedules of shifts as they are told; one of a worker whom the hub does not know yet waits until it does. */
export function startSchedules(client: Client, signal: AbortSignal) {
  let waiting: ShiftRecord[] = []
  let isSending = false
  const timer = setInterval(() => void send(), everyMs)
  signal.addEventListener('abort', () => clearInterval(timer))

  async function send(): Promise<void> {
    if (isSending || waiting.length === 0) return
    isSending = true
    const due = waiting
    waiting = []
    try {
      for (const shift of due) if (!(await isTaken(shift))) waiting.push(shift)
    } catch {
      // The hub is closing, or busy: they are told again.
      waiting = [...due, ...waiting]
    } finally {
      isSending = false
    }
  }

  async function isTaken(shift: ShiftRecord): Promise<boolean> {
    const body: ScheduleBody = { agents: [{ agent: shift.agent, segments: segmentsOf(shift) }] }
    const readAt = Math.min(shift.toldAt, Date.now())
    const { unknown } = await client.importSchedules(JSON.stringify(body), {
      ...{ format: 'json', read_at: readAt },
    })
    return unknown.length === 0
  }

  return {
    told(shift: ShiftRecord): void {
      waiting.push(shift)
    },
    stop: () => clearInterval(timer),
  }
}

/** Rests lie on top of the shift: what begins later counts. */
function segmentsOf({ from, to, rests }: ShiftRecord): ScheduleBody['agents'][number]['segments'] {
  return [
    { from, to, code: work, name: 'On queue' },
    ...rests.map(({ activity, ...span }) => {
      const code = Object.entries(codes).find(([name]) => name === activity)?.[1]
      return { ...span, code: code ?? activity, name: activity }
    }),
  ]
}
