import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import fastify, { type LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { decodeEvent } from '../../../schemas/avro/codec.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import {
  ingestDefaults,
  registerIngest,
  type IngestConfig,
} from '../../../services/ingest/routes.ts'
import type { Appender } from '../../../services/log/appender.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import type { Topic } from '../../../services/log/topics.ts'
import { createMetrics } from '../../../services/runtime/metrics.ts'

export const authToken = 'fixture-auth-token-not-a-secret'
/** The evening of the day on which all fixtures play. */
export const receivedAt = Date.UTC(2026, 2, 10, 23)

export interface DoorOptions {
  readonly config?: Partial<IngestConfig>
  /** Puts something between the doors and the log. */
  readonly appender?: (log: EventLog) => Appender
}

/** The doors of the hub in front of a real log in a folder of its own. */
export async function openDoor({ config = {}, appender = (log) => log }: DoorOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-ingest-'))
  const log = await openEmbeddedLog({ folder, partitions: 2 })
  const lines: string[] = []
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(line.toString('utf8'))
      done()
    },
  })
  const clock = { now: () => receivedAt, sleep: () => Promise.resolve() }
  const metrics = createMetrics()
  const app = fastify()
  const ingest = await registerIngest(app, {
    appender: appender(log),
    clock,
    logger: pino({ level: 'trace' }, stream),
    metrics,
    config: { ...ingestDefaults, authTokens: [{ token: authToken, account: null }], ...config },
  })

  async function eventsIn(topic: Topic): Promise<readonly LedgerEvent[]> {
    const events: LedgerEvent[] = []
    for (let partition = 0; partition < log.partitions(topic); partition++) {
      for await (const records of log.read({ topic, partition }, 0, 1000)) {
        events.push(...records.map(({ value }) => decodeEvent(value)))
      }
    }
    return events
  }

  function postForm(body: string | Buffer, token = authToken): Promise<LightMyRequestResponse> {
    const url = '/twilio/taskrouter'
    const fields = new URLSearchParams(body.toString())
    const form = Object.fromEntries([...fields.keys()].map((name) => [name, fields.getAll(name)]))
    return app.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': getExpectedTwilioSignature(token, `http://localhost${url}`, form),
      },
      payload: body,
    })
  }

  function postStream(body: string | Buffer, token = authToken): Promise<LightMyRequestResponse> {
    const url = `/twilio/event-streams?bodySHA256=${createHash('sha256').update(body).digest('hex')}`
    return app.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'x-twilio-signature': getExpectedTwilioSignature(token, `http://localhost${url}`, {}),
      },
      payload: body,
    })
  }

  async function close(): Promise<void> {
    await app.close()
    await log.close()
    await rm(folder, { recursive: true })
  }

  return { app, log, lines, clock, metrics, ingest, eventsIn, postForm, postStream, close }
}

export type Door = Awaited<ReturnType<typeof openDoor>>
