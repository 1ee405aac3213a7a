import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { targetSchema } from '../../../services/delivery/targets/target.ts'
import { createTeller } from '../../support/told-feed.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'
import { openTestHub } from '../live/hub-with-state.ts'

const identities = `
target: argus
agents:
  - {agent: ann, logon: '101'}
  - {agent: bob, logon: '102'}
  - {agent: cid, logon: '103'}
  - {agent: eve, leaveOut: true}
`

const targetOf = (states: object) =>
  targetSchema.parse({
    ...{ kind: 'http', url: 'http://127.0.0.1:9/ccwfm/api/rest/status' },
    states: { mapping: 'wfm', ...states },
  })

test('who is logged on is told by the logon that is pushed, once it is known for sure', async () => {
  const folder = await tempFolder()
  const hub = await openTestHub({ partitions: 2, apiTokens: ['reader'] })
  try {
    const path = join(folder.path, 'identities.yaml')
    await writeFile(path, identities)
    const settings = { systemId: 'ledger' }
    hub.feeds.composersOf({
      argus: targetOf({ connector: 'argus', form: 'status', settings, identities: path }),
      soap: targetOf({
        ...{ connector: 'calabrio-wfm', form: 'soap' },
        settings: { sourceId: '1', authenticationKey: 'x' },
      }),
    })
    const ask = async (target: string, token = 'reader') => {
      const answer = await fetch(`${hub.url}/v1/feeds/${target}/online/agentStatus`, {
        headers: { authorization: `Bearer ${token}` },
      })
      const told: unknown = await answer.json()
      return { status: answer.status, retryAfter: answer.headers.get('retry-after'), told }
    }
    const now = Date.now()
    const teller = createTeller(hub.log)
    const codes = { ann: 'READY', bob: 'BREAK', cid: 'OUT', dan: 'READY', eve: 'READY' }
    await teller.tell(codes, now)
    const early = await ask('argus')
    expect([early.status, Number(early.retryAfter) > 0]).toEqual([503, true])

    await teller.toldUntil(now)
    await until('it is ready', () => hub.feeds.mayTell('wfm').isReady, {
      ...{ seen: () => JSON.stringify(hub.feeds.mayTell('wfm')), forMs: 30_000 },
    })
    const startDate = new Date(now).toISOString()
    const { status, told } = await ask('argus')
    // Dan has no logon, Eve is not wanted, and Cid is not there.
    expect([status, new Set(z.array(z.unknown()).length(2).parse(told))]).toEqual([
      200,
      new Set([
        { agentId: '101', stateCode: 'READY', stateName: '', startDate },
        { agentId: '102', stateCode: 'BREAK', stateName: '', startDate },
      ]),
    ])

    expect((await ask('argus', 'wrong')).status).toBe(401)
    expect(await ask('nobody')).toMatchObject({
      ...{ status: 404, told: { detail: 'no target nobody is told of agents' } },
    })
    expect(await ask('soap')).toMatchObject({
      status: 404,
      told: { detail: 'soap is told in the words of calabrio-wfm, not of argus' },
    })
  } finally {
    await hub.close()
    await folder.remove()
  }
})
