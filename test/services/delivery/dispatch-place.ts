import { join } from 'node:path'
import type { Composer } from '../../../services/delivery/compose.ts'
import { startDispatch, type Dispatch } from '../../../services/delivery/dispatch.ts'
import { createHttpCarrier } from '../../../services/delivery/http.ts'
import type { Document } from '../../../services/delivery/outbox/documents.ts'
import { openOutbox } from '../../../services/delivery/outbox/outbox.ts'
import type { AgentState } from '../../../services/delivery/outbox/states.ts'
import type { TargetPolicy } from '../../../services/delivery/target-run.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import type { Clock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { createMetrics, type Metrics } from '../../../services/runtime/metrics.ts'
import { until } from '../../support/until.ts'

export const target = 'wfm'

export interface DispatchPlace {
  readonly dispatch: Dispatch
  readonly log: EventLog
  readonly metrics: Metrics
  /** Until nothing waits. */
  readonly idle: () => Promise<void>
  close(): Promise<void>
}

export interface PlaceOptions {
  readonly folder: string
  readonly url: string
  readonly clock: Clock
  readonly policy?: Partial<TargetPolicy>
  readonly statesMax?: number
}

/** One target over HTTP, with all that stands behind it, on the disk of a folder. */
export async function openDispatchPlace(options: PlaceOptions): Promise<DispatchPlace> {
  const { folder, url, clock, statesMax = 50 } = options
  const log = await openEmbeddedLog({ folder: join(folder, 'log'), clock })
  const metrics = createMetrics()
  const dispatch = startDispatch({
    targets: [
      {
        ...{ name: target, kind: 'http', address: url, bodyKey: null },
        carrier: createHttpCarrier({ url, headers: {} }),
        policy: { ...usual, ...options.policy },
      },
    ],
    composers: new Map([[target, inOneArray(statesMax)]]),
    outbox: openOutbox({ folder: join(folder, 'delivery'), spaceMinBytes: 0 }),
    ...{ appender: log, clock, logger: silentLogger, metrics },
  })
  return {
    ...{ dispatch, log, metrics },
    idle: () =>
      until('nothing waits', () => waitingIn(dispatch) === 0, {
        ...{ seen: () => JSON.stringify(dispatch.status()), forMs: 120_000 },
      }),
    async close() {
      await dispatch.close()
      await log.close()
    },
  }
}

const usual: TargetPolicy = {
  ...{ timeoutMs: 20_000, requestsPerSecond: null, concurrency: 1, giveUpAfterMs: 604_800_000 },
  ...{ failuresMax: 5, firstDelayMs: 1_000, delayMaxMs: 60_000 },
}

function waitingIn(dispatch: Dispatch): number {
  return dispatch
    .status()
    .reduce((sum, { states, documents }) => sum + states.count + documents.count, 0)
}

function inOneArray(statesMax: number): Composer {
  return {
    statesMax,
    compose: (states) => [
      {
        contentType: 'application/json',
        extension: 'json',
        headers: {},
        body: Buffer.from(`[${states.map(({ body }) => Buffer.from(body).toString()).join(',')}]`),
      },
    ],
  }
}

export function stateOf(agent: number, sequence: number): AgentState {
  const name = `agent-${agent}`
  const body = Buffer.from(JSON.stringify({ agent: name, sequence }))
  return { agent: name, sequence, body }
}

export function documentOf(number: number, about: Document['about'] = null): Document {
  const [key, body] = [`document-${number}`, Buffer.from(`rows of ${number}\n`)]
  const shared = { contentType: 'text/csv', headers: {}, subject: key }
  return { key, name: `${key}.csv`, body, about, ...shared }
}
