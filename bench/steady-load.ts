import { setTimeout as sleep } from 'node:timers/promises'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import type { Door } from './load.ts'

export interface SteadyLoad {
  readonly sent: readonly Parcel[]
  readonly perSecond: number
}

/**
 * Sends so many requests a second, whether or not the hub keeps up, until the signal says stop. To run out of requests
 * before that is an error: the rest would be measured without load.
 */
export async function sendSteadily(
  door: Door,
  parcels: Iterable<Parcel>,
  perSecond: number,
  signal: AbortSignal,
): Promise<SteadyLoad> {
  const sent: Parcel[] = []
  const answers: Promise<unknown>[] = []
  const failures: unknown[] = []
  const isStopped = () => signal.aborted
  const began = performance.now()
  for (const parcel of parcels) {
    const dueMs = began + (sent.length * 1000) / perSecond - performance.now()
    if (dueMs > 0) await sleep(dueMs)
    if (isStopped() || failures.length > 0) break
    sent.push(parcel)
    answers.push(door.post(parcel).catch((error: unknown) => failures.push(error)))
  }
  const ms = performance.now() - began
  await Promise.all(answers)
  if (failures.length > 0) throw failures[0]
  if (!isStopped())
    throw new Error(`the load ended before the probes, after ${sent.length} requests`)
  return { sent, perSecond: (sent.length * 1000) / ms }
}
