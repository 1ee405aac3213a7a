import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createOperationsClient } from '../../../client/operations.ts'
import { startPlannerPosts } from '../../../services/cli/planner-posts.ts'
import type { ReadingRecord } from '../../../services/simulator/model/chronicle.ts'

const bodySchema = z.object({ agents: z.tuple([z.object({ agent: z.string() })]) })

function reading(agent: string, toldAt: number): ReadingRecord {
  return { kind: 'reading', agent, toldAt, from: 1_000, to: 2_000, segments: [] }
}

test('what is told of an agent waits for what was told of him before, and others do not', async () => {
  const taken: string[] = []
  let asked = 0
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { agent } = bodySchema.parse(JSON.parse(body)).agents[0]
      const read = new URL(request.url ?? '', 'http://hub').searchParams.get('read_at') ?? ''
      const readAt = /^\d+$/.test(read) ? Number(read) : Date.parse(read)
      // Ann is known from the second request on, so that her next reading could be taken before her first.
      const isKnown = asked++ > 0
      if (isKnown) taken.push(`${agent} ${readAt}`)
      const nobody = { agent, place: 'agents.0', field: 'agent', detail: 'is nobody' }
      const span = { readAt, from: 1_000, to: 2_000, set: 1, unchanged: 0 }
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ ...span, unknown: isKnown ? [] : [nobody] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const client = createOperationsClient({ url: `http://127.0.0.1:${port}` })
  const posts = startPlannerPosts({ client, now: () => 10, everyMs: 5 })
  onTestFinished(() => posts.stop())
  for (const told of [reading('ann', 1), reading('ann', 2), reading('bob', 3)]) posts.told(told)
  await posts.settled()
  expect(taken).toEqual(['bob 3', 'ann 1', 'ann 2'])
})
