import { expect, test } from 'vitest'
import { drawOf } from '../../../services/whatif/draw.ts'
import { estimateOf } from '../../../services/whatif/estimate.ts'
import { measure, type MeasureName } from '../../../services/whatif/measures.ts'
import { aContact, aWorker, replayed } from '../../support/replayed.ts'

// One queue, contacts that come by chance, handles and patience of exponential length, workers who are all alike: what comes
// of that is known from theory, which is written down here by itself. Times are minutes.

interface Case {
  readonly agents: number
  readonly arrivalsAMinute: number
  readonly handle: number
  /** The mean; Infinity: nobody gives up. */
  readonly patience: number
  /** How long contacts are counted. */
  readonly length: number
}

type Expected = Partial<Record<MeasureName, number>>

const threshold = 1 / 3
const minuteMs = 60_000

/**
 * Erlang C, from Erlang's loss formula by its recursion. Source: Gans, Koole and Mandelbaum, "Telephone call centers:
 * tutorial, review, and research prospects" (2003), section 4.1.
 */
function erlangC({ agents, arrivalsAMinute, handle }: Case): Expected {
  const load = arrivalsAMinute * handle
  let lost = 1
  for (let n = 1; n <= agents; n++) lost = (load * lost) / (n + load * lost)
  const waits = (agents * lost) / (agents - load * (1 - lost))
  const spare = agents / handle - arrivalsAMinute
  return {
    occupancy: load / agents,
    asa_ms: (waits / spare) * minuteMs,
    sl_ex_short: 1 - waits * Math.exp(-spare * threshold),
  }
}

/**
 * Erlang A, by the steady state of its birth and death process: in each state as many come as go to it from the next one.
 * Source: Mandelbaum and Zeltyn, "Service engineering in action: the Palm/Erlang-A queue" (2007), section 3. Who comes to the
 * k-th place in the line is answered with probability cμ / (cμ + kθ), and then after Σ 1 / (cμ + jθ) over j ≤ k: in each of
 * the places before him, and in his own, somebody is answered or gives up.
 */
function erlangA({ agents, arrivalsAMinute, handle, patience }: Case): Expected {
  const [capacity, giveUp] = [agents / handle, 1 / patience]
  const weights = [1]
  for (let n = 1; n < 400; n++) {
    const leaving = Math.min(n, agents) / handle + Math.max(0, n - agents) * giveUp
    weights.push(((weights[n - 1] ?? 0) * arrivalsAMinute) / leaving)
  }
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  let [answered, waited, untilAnswer] = [0, 0, 0]
  weights.forEach((weight, n) => {
    const place = n - agents + 1
    if (place >= 1) untilAnswer += 1 / (capacity + place * giveUp)
    const share = (weight / all) * (place < 1 ? 1 : capacity / (capacity + place * giveUp))
    answered += share
    waited += share * untilAnswer
  })
  return {
    abandon_rate: 1 - answered,
    asa_ms: (waited / answered) * minuteMs,
    occupancy: (arrivalsAMinute * answered * handle) / agents,
  }
}

const runs = Array.from({ length: 14 }, (_, run) => run)
/** By then nothing tells any more that it began empty. */
const warmUp = 60

function simulated(one: Case, run: number) {
  const { agents, arrivalsAMinute, handle, patience, length } = one
  const exponential = (mean: number, what: string, index: number) =>
    -Math.log(1 - drawOf('erlang', JSON.stringify(one), run, what, index)) * mean
  const contacts = []
  for (let [at, n] = [0, 0]; ; n++) {
    at += exponential(1 / arrivalsAMinute, 'gap', n)
    if (at > warmUp + length) break
    contacts.push(
      aContact(`${n}`, at * 60, {
        patienceMs:
          patience === Infinity ? Infinity : exponential(patience, 'patience', n) * minuteMs,
        handleMs: exponential(handle, 'handle', n) * minuteMs,
      }),
    )
  }
  const workers = Array.from({ length: agents }, (_, n) => aWorker(`WK${n}`))
  const counted = { from: warmUp * minuteMs, to: (warmUp + length) * minuteMs }
  return measure(replayed({ contacts, workers }), {
    ...{ counted, workers, members: new Map() },
    thresholdsOf: () => ({ slMs: threshold * minuteMs, shortMs: 0 }),
  }).total
}

const cases = [
  erlangCase('Erlang C, four agents', {
    agents: 4,
    arrivalsAMinute: 1.2,
    handle: 2,
    patience: Infinity,
    length: 900,
  }),
  erlangCase('Erlang C, two agents', {
    agents: 2,
    arrivalsAMinute: 0.5,
    handle: 2,
    patience: Infinity,
    length: 1500,
  }),
  erlangCase('Erlang A, more work than agents', {
    agents: 10,
    arrivalsAMinute: 3.8,
    handle: 3,
    patience: 2,
    length: 300,
  }),
  erlangCase('Erlang A, patient customers', {
    agents: 5,
    arrivalsAMinute: 1.6,
    handle: 3,
    patience: 6,
    length: 400,
  }),
]

function erlangCase(name: string, one: Case) {
  return [name, one, one.patience === Infinity ? erlangC(one) : erlangA(one)] as const
}

test.each(cases)(
  '%s: theory lies in the interval that the replays state',
  (_name, one, expected) => {
    const measured = runs.map((run) => simulated(one, run))
    for (const [name, value] of Object.entries(expected)) {
      const estimate = estimateOf(measured.map((measures) => Number(measures[name as MeasureName])))
      expect(estimate).not.toBeNull()
      if (estimate === null) return
      const half = (estimate.high - estimate.low) / 2
      // Wide intervals would hold anything.
      expect(half / value, `${name}: how wide the interval is`).toBeLessThan(0.2)
      expect(value, name).toBeGreaterThanOrEqual(estimate.low)
      expect(value, name).toBeLessThanOrEqual(estimate.high)
    }
  },
)
