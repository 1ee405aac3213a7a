import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHttpCarrier } from '../../services/delivery/http.ts'
import { root } from '../support/source-files.ts'
import { createCalabrioRta, type CalabrioRta } from './calabrio-rta.ts'
import { openHttpReceiver, type HttpReceiver } from './http-receiver.ts'

let receiver: HttpReceiver
let rta: CalabrioRta

beforeEach(async () => {
  receiver = await openHttpReceiver()
  rta = createCalabrioRta('EXAMPLE-KEY', '1')
  receiver.answerBy((request, body) => rta.handle(request, body))
})

afterEach(() => receiver.close())

function sample(name: string): string {
  return readFileSync(join(root, 'test/fixtures/wfm/calabrio-wfm/rta', name), 'utf8')
}

async function push(path: string, text: string, soapAction = ''): Promise<string> {
  const carrier = createHttpCarrier({
    url: `http://127.0.0.1:${receiver.port}${path}`,
    headers: {},
  })
  const isSoap = soapAction !== ''
  const answer = await carrier.send(
    {
      ...{ key: 'k', name: 'n', subject: '', body: Buffer.from(text) },
      contentType: isSoap ? 'text/xml; charset=utf-8' : 'application/json',
      headers: isSoap
        ? { soapaction: `"http://tempuri.org/ITeleoptiRtaService/${soapAction}"` }
        : {},
    },
    AbortSignal.timeout(20_000),
  )
  return answer.kind
}

const soap = '/RTA/TeleoptiRtaService.svc'
const [batch, single] = ['SaveBatchExternalUserState', 'SaveExternalUserState']

test('the samples of SOAP are taken: a snapshot, its close, a change, a log-out', async () => {
  await push(soap, sample('1-snapshot-batch.soap.xml').replace('>2004<', '>2009<'), batch)
  expect(await push(soap, sample('2-snapshot-close.soap.xml'), single)).toBe('taken')
  expect(rta.loggedOut).toEqual([])
  expect(await push(soap, sample('1-snapshot-batch.soap.xml'), batch)).toBe('taken')
  expect(await push(soap, sample('2-snapshot-close.soap.xml'), single)).toBe('taken')
  expect(rta.loggedOut).toEqual(['2009'])
  expect(await push(soap, sample('3-change-batch.soap.xml'), batch)).toBe('taken')
  expect(await push(soap, sample('4-change-single.soap.xml'), single)).toBe('taken')
  expect(Object.fromEntries(rta.agents)).toMatchObject({
    2001: { code: 'BREAK', isLoggedOn: true, timestamp: '2026-03-02T09:30:03Z' },
    2002: { code: 'TALK-IN', isLoggedOn: true },
    2003: { code: 'WRAP', isLoggedOn: true },
    2004: { code: 'LOGGED-OFF', isLoggedOn: false },
    2009: { isLoggedOn: false },
  })
})

test('the samples of JSON are taken; a snapshot logs out at once whoever is not in it', async () => {
  const [change, many] = ['/Web/Rta/State/Change', '/Web/Rta/State/Batch']
  expect(await push(change, sample('5-state-change.json').replace('2001', '2010'))).toBe('taken')
  expect(await push(many, sample('6-state-batch.json'))).toBe('taken')
  expect(await push(many, sample('7-state-batch-snapshot.json'))).toBe('taken')
  expect(rta.loggedOut).toEqual(['2010'])
  expect(rta.agents.get('2002')).toEqual({ code: 'TALK-IN', isLoggedOn: true, timestamp: null })
})

test.each([
  ['another key', (text: string) => text.replace('EXAMPLE-KEY', 'OTHER')],
  ['another source', (text: string) => text.replace('sourceId>1<', 'sourceId>2<')],
  ['a time without a zone', (text: string) => text.replace('09:30:03Z', '09:30:03')],
  [
    'another order',
    (text: string) => text.replace(/(<tel:BatchId>.*?)(<tel:IsLoggedOn>.*?\n)/s, '$2$1'),
  ],
  ['another namespace', (text: string) => text.replace('Teleopti.Ccc', 'Teleopti.Xxx')],
  ['an ampersand', (text: string) => text.replace('BREAK', 'A&B')],
  ['no end', (text: string) => text.replace('</soapenv:Body>', '')],
])('SOAP with %s is refused, and changes nothing', async (_what, change) => {
  const wrong = change(sample('3-change-batch.soap.xml'))
  expect(wrong).not.toBe(sample('3-change-batch.soap.xml'))
  expect(await push(soap, wrong, batch)).toBe('refused')
  expect(rta.agents.size).toBe(0)
})

test('JSON with a wrong key, or with more than there is, is refused', async () => {
  const text = sample('6-state-batch.json')
  expect(await push('/Rta/State/Batch', text.replace('EXAMPLE-KEY', 'x'))).toBe('refused')
  expect(await push('/Rta/State/Batch', text.replace('"SourceId"', '"Extra": 1, "SourceId"'))).toBe(
    'refused',
  )
  expect(rta.agents.size).toBe(0)
})
