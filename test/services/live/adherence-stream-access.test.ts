import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adherenceAnswerSchema } from '../../../schemas/feeds/adherence.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { migrate } from '../../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { readEvents, type StreamEvent } from './event-stream-reader.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'
import { readMessages, refusedUpgrade } from './socket-reader.ts'
import { next, roadsTo } from './stream-roads.ts'

const path = '/v1/adherence/stream'

let engine: TestEngine
let guarded: TestHub
let open: TestHub

beforeAll(async () => {
  engine = await openTestEngine()
  const { warehouse } = engine
  await migrate(warehouse)
  guarded = await openTestHub({ warehouse, apiTokens: ['right'], metricsTokens: ['numbers'] })
  open = await openTestHub({ warehouse })
})
afterAll(async () => {
  await Promise.all([guarded.close(), open.close()])
  await engine.close()
})

/** It has begun; who it tells of is nothing to these tests. */
async function begins(events: AsyncGenerator<StreamEvent, undefined>): Promise<void> {
  const { data } = await next(events, 'snapshot')
  expect(adherenceAnswerSchema.strict().parse(data).agents).toEqual([])
  await events.return(undefined)
}

describe.each(roadsTo(path))('by $name', (road) => {
  test('nobody reads without a token where tokens are set, nor with one that opens the metrics only', async () => {
    for (const query of ['', '?access_token=', '?access_token=wrong', '?access_token=numbers']) {
      expect((await road.refused(guarded, query)).status, query).toBe(401)
    }
    await begins(await road.open(guarded, '?access_token=right&team=North'))
  })

  test('without tokens, callers on this machine read', async () => {
    await begins(await road.open(open))
  })
})

test('a token in the header opens both roads, another opens neither', async () => {
  const url = `${guarded.url}${path}`
  for (const authorization of ['Bearer wrong', 'Bearer numbers', 'right']) {
    const refused = await fetch(url, { headers: { authorization } })
    expect(problemSchema.parse(await refused.json()).status, authorization).toBe(401)
    expect((await refusedUpgrade(url, { authorization })).status, authorization).toBe(401)
  }
  const headers = { authorization: 'Bearer right' }
  await begins(readEvents(await fetch(url, { headers })))
  await begins(readMessages(url, { headers }))
})

test('a page of another site gets no WebSocket, with or without a token; the own page does', async () => {
  const elsewhere = { origin: 'https://elsewhere.example' }
  expect((await refusedUpgrade(`${open.url}${path}`, elsewhere)).status).toBe(403)
  const withToken = `${guarded.url}${path}?access_token=right`
  expect((await refusedUpgrade(withToken, elsewhere)).status).toBe(403)
  await begins(readMessages(`${open.url}${path}`, { headers: { origin: open.url } }))
  await begins(readMessages(withToken, { headers: { origin: guarded.url } }))
})
