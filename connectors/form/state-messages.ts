import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentState, StateBatch } from '../agent-state.ts'
import type { WfmState } from '../mapping/mapper.ts'
import type { WriteFault } from '../written.ts'
import { filledBody, namesInBody, type Body } from './body.ts'
import { plainText } from './plain-text.ts'
import type { StateForm } from './state-form.ts'
import { ofBatch, valueOf } from './state-placeholders.ts'
import { xmlText } from './xml.ts'

export interface StateMessage {
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** Whose states are in it, by sid; nobody's in the close of a snapshot. */
  readonly agents: readonly string[]
}

/** Messages in the order in which they must arrive. Who cannot be told is named, and keeps nobody else from being told. */
export interface StateMessages {
  readonly messages: readonly StateMessage[]
  readonly faults: readonly WriteFault[]
}

/**
 * States in the form of a target. A snapshot of which somebody had to be left out would sign him off where the target
 * does so with whom it does not find: then none is made, and the faults say why.
 */
export function stateMessages(form: StateForm, batch: StateBatch): StateMessages {
  const isSnapshot = batch.kind === 'snapshot'
  const { snapshot } = form
  if (isSnapshot && snapshot === undefined) return { messages: [], faults: [] }
  const unset = settingsOf(form).filter((name) => (batch.settings[name] ?? '') === '')
  if (unset.length > 0) {
    const faults = unset.map((name) => ({ index: null, detail: `the setting ${name} is not set` }))
    return { messages: [], faults }
  }
  const told = batch.states
    .map((one, index) => ({
      one,
      faults: [one, ...before(form, one)].flatMap((each) => stateFaults(form, each, index)),
    }))
    .filter(({ one }) => !isSnapshot || snapshot?.loggedOnOnly !== true || one.state.loggedOn)
  const faults = told.flatMap((each) => each.faults)
  if (isSnapshot && faults.length > 0) return { messages: [], faults }
  const good = told.filter((each) => each.faults.length === 0).map(({ one }) => one)
  const nobody = isSnapshot && good.length === 0 ? snapshot?.nobody : undefined
  const all = nobody === undefined ? good : [nobodyAt(nobody, batch.at)]
  const body = (isSnapshot ? snapshot?.body : undefined) ?? form.body
  const max = (isSnapshot ? snapshot?.statesMax : undefined) ?? form.statesMax
  const messages = parts(all, max).flatMap((part) => [
    ...(isSnapshot ? [] : leaving(form, part, batch)),
    messageOf(form, part, batch, body),
  ])
  if (!isSnapshot || snapshot?.close === undefined) return { messages, faults }
  const close = messageOf(form, [], batch, snapshot.close)
  return { messages: [...messages, { ...close, headers: snapshot.closeHeaders }], faults }
}

/** Of each state that was left, at the instant at which it was. */
function leaving(
  form: StateForm,
  states: readonly AgentState[],
  batch: StateBatch,
): readonly StateMessage[] {
  const { leave } = form
  if (leave === undefined) return []
  return states.flatMap((one) =>
    one.left === undefined ? [] : [messageOf(form, [{ ...one, state: one.left }], batch, leave)],
  )
}

function messageOf(
  form: StateForm,
  states: readonly AgentState[],
  batch: StateBatch,
  template: Body,
): StateMessage {
  const ofEach = (batch.kind === 'snapshot' ? form.snapshot?.each : undefined) ?? form.each
  const items = states.map((one) => filledBody(ofEach, (name) => valueOf(name, one, batch, form)))
  const [only] = states
  const body = filledBody(template, (name) => {
    if (name === 'states') return items
    if (name === 'state') return items[0] ?? null
    if (name === 'count') return items.length
    return only === undefined ? ofBatch(name, batch) : valueOf(name, only, batch, form)
  })
  return {
    contentType:
      form.contentType ??
      (form.kind === 'xml' ? 'application/xml; charset=utf-8' : 'application/json'),
    headers: form.headers,
    text:
      form.kind === 'xml'
        ? xmlText(body, form.indent)
        : `${JSON.stringify(body, null, form.indent)}\n`,
    agents: states.map(({ agent }) => agent.id).filter((id) => id !== ''),
  }
}

/** The settings that a form needs. */
export function settingsOf({ body, each, leave, snapshot }: StateForm): readonly string[] {
  const names = namesInBody([body, each, leave, snapshot?.body, snapshot?.each, snapshot?.close])
  return [
    ...new Set(
      names.flatMap(({ name }) =>
        name.startsWith('setting.') ? [name.slice('setting.'.length)] : [],
      ),
    ),
  ]
}

function before({ leave }: StateForm, one: AgentState): readonly AgentState[] {
  return leave === undefined || one.left === undefined ? [] : [{ ...one, state: one.left }]
}

/** What tells who and what must be written as it is, or not at all. */
function stateFaults(
  { limits }: StateForm,
  { agent, state }: AgentState,
  index: number,
): readonly WriteFault[] {
  const keys = {
    'agent.id': agent.id,
    'agent.logon': agent.logon,
    'state.code': state.code,
    'state.reason': state.reason ?? '',
  }
  return Object.entries(keys).flatMap(([name, text]): readonly WriteFault[] => {
    const who = `of the agent ${agent.name} (${agent.id})`
    const max = limits[name] ?? Infinity
    if (text === '' && name !== 'state.reason')
      return [{ index, detail: `there is no ${name} ${who}` }]
    if (text !== plainText(text, {})) {
      return [{ index, detail: `${name} ${who} has characters or blanks that cannot be written` }]
    }
    return text.length > max
      ? [{ index, detail: `${name} ${who} is longer than ${max} characters` }]
      : []
  })
}

function nobodyAt(logon: string, since: Instant): AgentState {
  return {
    agent: { id: '', logon, name: '' },
    ...{ since, state: { ...signedOff, code: 'OFFLINE' } },
  }
}

const signedOff: Omit<WfmState, 'code'> = {
  ...{ reason: null, text: '', class: 'signed_off', loggedOn: false },
  ...{ countsAsContact: false, paid: false },
}

function parts<T>(items: readonly T[], max: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / max) }, (_, index) =>
    items.slice(index * max, (index + 1) * max),
  )
}
