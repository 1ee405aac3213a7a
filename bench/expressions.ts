import { readCondition, type Condition } from '../services/routing/condition.ts'
import { workerDocument } from '../services/routing/documents.ts'
import { whyFalse } from '../services/routing/why-false.ts'
import { nearestChange } from '../services/routing/nearest-change.ts'
import { figure, type PartReport } from './figure.ts'

/** As long as those that contact centres have: skills, languages, levels, what else the worker is doing. */
const text =
  "worker.routing.skills HAS task.skill AND task.language IN worker.languages AND (worker.level >= 3 OR worker.team IN ['A', 'B', 'C']) AND worker.channel.voice.available_capacity_percentage == 100 AND worker.sid != task.ignoreAgent"

const workersMax = 15_000
const roundsOfAll = 20

/** How many workers a second one core asks an expression of five clauses, and how long it takes to say why one is not meant. */
export function benchExpressions(): Promise<PartReport> {
  const condition = conditionOf(text)
  const contexts = Array.from({ length: workersMax }, (_, number) => contextOf(number))
  let held = 0
  for (const context of contexts) if (condition.holds(context)) held++

  const asked = secondsOfCore(() => {
    for (let round = 0; round < roundsOfAll; round++) {
      for (const context of contexts) condition.holds(context)
    }
  })
  const read = secondsOfCore(() => {
    for (let count = 0; count < workersMax; count++) conditionOf(text)
  })
  const explained = secondsOfCore(() => {
    for (const context of contexts) whyFalse(condition, context)
  })
  const changed = secondsOfCore(() => {
    for (const context of contexts) nearestChange(condition, context)
  })
  const perWorker = (seconds: number) => (seconds / workersMax) * 1e6
  return Promise.resolve({
    figures: [
      figure({
        name: 'expressions: workers asked',
        value: (workersMax * roundsOfAll) / asked,
        unit: 'workers/s',
        note: 'one core, five clauses',
      }),
      figure({ name: 'expressions: read and made', value: perWorker(read), unit: 'µs/expression' }),
      figure({
        name: 'expressions: why false',
        value: perWorker(explained),
        unit: 'µs/expression',
      }),
      figure({
        name: 'expressions: nearest change',
        value: perWorker(changed),
        unit: 'µs/expression',
      }),
    ],
    details: { text, workers: workersMax, held },
  })
}

/** What a core has done for this process: how long it has waited for the core does not count. */
function secondsOfCore(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function contextOf(number: number) {
  const worker = workerDocument({
    sid: `WK${number}`,
    friendlyName: `agent ${number}`,
    activity: { sid: 'WA1', name: 'Available', isAvailable: true },
    attributes: {
      routing: { skills: number % 3 === 0 ? ['support'] : ['support', 'sales'] },
      languages: number % 4 === 0 ? ['en', 'de'] : ['en', 'de', 'es'],
      level: number % 5,
      team: 'ABCDE'.charAt(number % 5),
    },
    channels: { voice: { isAvailable: true, configuredCapacity: 1 } },
    reservations: [],
  })
  return { worker, task: { skill: 'sales', language: 'es', ignoreAgent: 'WK1' } }
}

function conditionOf(source: string): Condition {
  const read = readCondition(source, 'target')
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.faults))
  return read.value
}
