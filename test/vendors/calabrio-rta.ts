import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { HttpAnswer } from './http-answer.ts'
import { readXml, type XmlElement } from './xml-reader.ts'

export interface RtaAgent {
  readonly code: string
  readonly isLoggedOn: boolean
  /** As it came; null where the form carries none, and the server's own clock counts. */
  readonly timestamp: string | null
}

/** What a WFM product knows of agents. */
export interface CalabrioRta {
  handle(request: IncomingMessage, body: Buffer): HttpAnswer
  /** By user code. */
  readonly agents: ReadonlyMap<string, RtaAgent>
  /** User codes whom the close of a snapshot has logged out, in that order. */
  readonly loggedOut: readonly string[]
}

/**
 * Real-time states as Calabrio's published samples of the service have them: SOAP 1.1 with single states, batches, snapshots
 * and their close, and both forms of JSON. It is as exact as a serializer that minds the order of elements. What is wrong with
 * SOAP is a fault of the client, with JSON a 400.
 */
export function createCalabrioRta(authenticationKey: string, sourceId: string): CalabrioRta {
  const agents = new Map<string, RtaAgent>()
  const loggedOut: string[] = []
  /** Whom the snapshot that is open has named, by its batch. */
  const snapshots = new Map<string, Set<string>>()

  function admit(key: string | undefined, source: string | undefined): void {
    if (key !== authenticationKey) throw new Error('the authentication key is unknown')
    if (source !== sourceId) throw new Error('the source is unknown')
  }

  function close(named: ReadonlySet<string>): void {
    for (const [user, agent] of agents) {
      if (named.has(user) || !agent.isLoggedOn) continue
      agents.set(user, { ...agent, isLoggedOn: false })
      loggedOut.push(user)
    }
  }

  function take(state: SoapState): void {
    const { user, code, batch, isSnapshot, isLoggedOn, timestamp } = state
    if (user === '' && code === '' && isSnapshot) {
      close(snapshots.get(batch) ?? new Set())
      snapshots.delete(batch)
      return
    }
    if (user === '' || code === '') throw new Error('a state has neither user nor code')
    agents.set(user, { code, isLoggedOn, timestamp })
    if (isSnapshot) snapshots.set(batch, (snapshots.get(batch) ?? new Set()).add(user))
  }

  function soap(request: IncomingMessage, body: Buffer): HttpAnswer {
    try {
      if (!/^text\/xml\b/.test(request.headers['content-type'] ?? '')) {
        return { status: 415, text: '' }
      }
      const call = callIn(readXml(new TextDecoder('utf-8', { fatal: true }).decode(body)))
      const action = `"http://tempuri.org/ITeleoptiRtaService/${call.name}"`
      if (request.headers['soapaction'] !== action) throw new Error(`SOAPAction is not ${action}`)
      if (call.name === 'SaveBatchExternalUserState') {
        const [key, platform, source, batch] = childrenOf(call, batchNames, service)
        admit(key?.text, source?.text)
        if (!guid.test(platform?.text ?? '')) throw new Error('platformTypeId is no GUID')
        const states = (batch?.children ?? []).map((state) => {
          if (state.name !== 'ExternalUserState') throw new Error(`${state.name} in a batch`)
          return stateIn(childrenOf(state, stateNames, contract))
        })
        states.forEach(take)
      } else if (call.name === 'SaveExternalUserState') {
        const own = childrenOf(call, singleNames, service)
        const text = (name: string) => own.find((each) => each.name === name)?.text
        admit(text('authenticationKey'), text('sourceId'))
        const inOrder = stateNames.map((name) => own.find((each) => each.name === lower(name)))
        take(stateIn(inOrder.flatMap((each) => each ?? [])))
      } else throw new Error(`there is no ${call.name}`)
      return { status: 200, text: answered(call.name) }
    } catch (error) {
      return { status: 500, text: faultOf(error instanceof Error ? error.message : 'unknown') }
    }
  }

  function json(path: string, body: Buffer): HttpAnswer {
    try {
      const value: unknown = JSON.parse(body.toString('utf8'))
      const told = path.endsWith('/Change') ? changeSchema.parse(value) : batchSchema.parse(value)
      admit(told.AuthenticationKey, told.SourceId)
      const states = 'States' in told ? told.States : [told]
      for (const { UserCode: user, StateCode: code } of states) {
        agents.set(user, { code, isLoggedOn: true, timestamp: null })
      }
      if ('States' in told && told.IsSnapshot) close(new Set(states.map((each) => each.UserCode)))
      return { status: 200, text: '' }
    } catch (error) {
      return { status: 400, text: error instanceof Error ? error.message : 'unknown' }
    }
  }

  return {
    handle(request, body) {
      const { pathname } = new URL(request.url ?? '', 'http://vendor')
      if (pathname === '/RTA/TeleoptiRtaService.svc') return soap(request, body)
      if (/\/Rta\/State\/(?:Change|Batch)$/.test(pathname)) return json(pathname, body)
      return { status: 404, text: '' }
    },
    ...{ agents, loggedOut },
  }
}

const envelope = 'http://schemas.xmlsoap.org/soap/envelope/'
const service = 'http://tempuri.org/'
const contract = 'http://schemas.datacontract.org/2004/07/Teleopti.Ccc.Rta.WebService'
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const batchNames = ['authenticationKey', 'platformTypeId', 'sourceId', 'externalUserStateBatch']
const stateNames = [
  ...['BatchId', 'IsLoggedOn', 'IsSnapshot', 'SecondsInState', 'StateCode', 'StateDescription'],
  ...['Timestamp', 'UserCode'],
]
const singleNames = [
  ...['authenticationKey', 'userCode', 'stateCode', 'stateDescription', 'isLoggedOn'],
  ...['secondsInState', 'timestamp', 'platformTypeId', 'sourceId', 'batchId', 'isSnapshot'],
]

interface SoapState {
  readonly batch: string
  readonly isLoggedOn: boolean
  readonly isSnapshot: boolean
  readonly code: string
  readonly timestamp: string
  readonly user: string
}

function stateIn(children: readonly XmlElement[]): SoapState {
  const [batch = '', isLoggedOn, isSnapshot, seconds, code = '', , timestamp = '', user = ''] =
    children.map(({ text }) => text)
  for (const flag of [isLoggedOn, isSnapshot]) {
    if (flag !== 'true' && flag !== 'false') throw new Error(`${String(flag)} is neither`)
  }
  if (!/^-?\d{1,10}$/.test(seconds ?? '')) throw new Error('SecondsInState is no int')
  for (const time of [batch, timestamp]) {
    if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z$/.test(time)) {
      throw new Error(`${time} is no time in UTC`)
    }
  }
  const flags = { isLoggedOn: isLoggedOn === 'true', isSnapshot: isSnapshot === 'true' }
  return { batch, ...flags, code, timestamp, user }
}

function callIn(root: XmlElement): XmlElement {
  const body = root.children.find(({ name }) => name === 'Body')
  const [call] = body?.children ?? []
  const isSoap = root.name === 'Envelope' && root.namespace === envelope
  if (!isSoap || body?.namespace !== envelope || call?.namespace !== service) {
    throw new Error('this is no call by SOAP 1.1')
  }
  return call
}

/** These, all of them, in this order. */
function childrenOf(
  { name, children }: XmlElement,
  names: readonly string[],
  namespace: string,
): readonly XmlElement[] {
  const found = children.map((each) => each.name).join()
  if (found !== names.join()) throw new Error(`${name} has ${found}`)
  if (children.some((each) => each.namespace !== namespace)) throw new Error('another namespace')
  return children
}

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function answered(name: string): string {
  return `<s:Envelope xmlns:s="${envelope}"><s:Body><${name}Response xmlns="${service}"><${name}Result>1</${name}Result></${name}Response></s:Body></s:Envelope>`
}

function faultOf(message: string): string {
  const text = message.replaceAll(/[<&]/g, '')
  return `<s:Envelope xmlns:s="${envelope}"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>${text}</faultstring></s:Fault></s:Body></s:Envelope>`
}

const access = { AuthenticationKey: z.string(), SourceId: z.string() }
const state = { UserCode: z.string().min(1), StateCode: z.string().min(1) }
const changeSchema = z.strictObject({ ...access, ...state })
const batchSchema = z.strictObject({
  ...access,
  IsSnapshot: z.boolean(),
  States: z.array(z.strictObject(state)),
})
