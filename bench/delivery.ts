import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Composer } from '../services/delivery/compose.ts'
import { startDispatch } from '../services/delivery/dispatch.ts'
import { openOutbox } from '../services/delivery/outbox/outbox.ts'
import type { AgentState } from '../services/delivery/outbox/states.ts'
import { policyOf } from '../services/delivery/configured-delivery.ts'
import { createCarrier } from '../services/delivery/targets/carriers.ts'
import { targetSchema } from '../services/delivery/targets/target.ts'
import { openEmbeddedLog } from '../services/log/embedded.ts'
import { systemClock } from '../services/runtime/clock.ts'
import { silentLogger } from '../services/runtime/logger.ts'
import { createMetrics } from '../services/runtime/metrics.ts'
import { figure, type PartReport } from './figure.ts'
import { startProcess } from './own-process.ts'
import { quantilesOf } from './quantiles.ts'
import { inTempFolder } from './temp-folder.ts'

const agents = 15_000
const perSecond = 1_000
const turnMs = 50
const seconds = 15

const reported = z.object({ messages: z.int(), waitsMs: z.array(z.number()) })

/** From a state's being put in the outbox to a vendor's server having it, over HTTP, each through the disk. */
export async function benchDelivery(): Promise<PartReport> {
  return inTempFolder(async (folder) => {
    const receiver = startProcess('delivery-receiver.ts', {})
    const { port } = await receiver.hear(z.object({ port: z.int() }))
    const url = `http://127.0.0.1:${port}/`
    const target = targetSchema.parse({ kind: 'http', url })
    const log = await openEmbeddedLog({ folder: join(folder, 'log') })
    const dispatch = startDispatch({
      targets: [
        {
          ...{ name: 'wfm', kind: 'http', address: url, policy: policyOf(target), bodyKey: null },
          carrier: createCarrier(target, {}, silentLogger),
        },
      ],
      composers: new Map<string, Composer>([
        ['wfm', { statesMax: 500, compose: (all) => [composeArray(all)] }],
      ]),
      outbox: openOutbox({ folder: join(folder, 'delivery') }),
      ...{ appender: log, clock: systemClock, logger: silentLogger, metrics: createMetrics() },
    })
    const coalesced = await putAll((states) => dispatch.putStates('wfm', states))
    while (dispatch.status().some(({ states }) => states.count > 0)) await sleep(20)
    receiver.say('end')
    const { messages, waitsMs } = await receiver.hear(reported)
    await dispatch.close()
    await log.close()
    await receiver.close()
    const { p50, p99, max } = quantilesOf(waitsMs)
    const p95 = waitsMs.toSorted((a, b) => a - b)[Math.ceil(0.95 * waitsMs.length) - 1] ?? NaN
    const note = `${perSecond} states/s of ${agents} agents`
    return {
      figures: [
        figure({ name: 'delivery: put to vendor, median', value: p50, unit: 'ms', note }),
        figure({ name: 'delivery: put to vendor, 95 %', value: p95, unit: 'ms', note }),
        figure({ name: 'delivery: put to vendor, 99 %', value: p99, unit: 'ms', note }),
      ],
      details: { max, states: waitsMs.length, messages, coalesced },
    }
  })
}

/** At an even pace; what takes longer is not waited for. */
async function putAll(
  put: (states: readonly AgentState[]) => Promise<{ readonly coalesced: number }>,
): Promise<number> {
  let sequence = 0
  let coalesced = 0
  const began = performance.now()
  const perTurn = (perSecond * turnMs) / 1000
  for (let turn = 0; turn < (seconds * 1000) / turnMs; turn++) {
    await sleep(Math.max(0, began + turn * turnMs - performance.now()))
    const putAt = Date.now()
    const states = Array.from({ length: perTurn }, () => stateOf(++sequence, putAt))
    coalesced += (await put(states)).coalesced
  }
  return coalesced
}

function stateOf(sequence: number, putAt: number): AgentState {
  const agent = `agent-${(sequence * 7_919) % agents}`
  const body = { agent, sequence, putAt, code: 'TALK-IN', reason: 'inbound', class: 'productive' }
  return { agent, sequence, body: Buffer.from(JSON.stringify(body)) }
}

function composeArray(states: readonly AgentState[]) {
  const body = Buffer.from(`[${states.map(({ body }) => Buffer.from(body).toString()).join(',')}]`)
  return { contentType: 'application/json', extension: 'json', headers: {}, body }
}
