import type { Instant } from '../../schemas/events/instant.ts'
import { timeFormat } from '../../services/time/time-format.ts'
import type { AgentState, StateBatch } from '../agent-state.ts'
import type { Body } from './body.ts'
import { plainText } from './plain-text.ts'
import type { StateForm } from './state-form.ts'

/** What may stand in braces of a state, beside the pattern of a time and settings. */
export const statePlaceholders = [
  ...(['agent.id', 'agent.logon', 'agent.name', 'state.code', 'state.reason'] as const),
  ...(['state.text', 'state.class', 'state.loggedOn', 'state.countsAsContact'] as const),
  ...(['state.paid', 'state.seconds', 'state.ms'] as const),
] as const
export const batchPlaceholders = ['target', 'snapshot'] as const
const times = ['since', 'batch'] as const

/** Whether something stands for a name in the body of a message or of a state. */
export function isStatePlaceholder(name: string, isOfState: boolean): boolean {
  const [first = '', ...rest] = name.split(':')
  if (rest.length > 0 && times.some((time) => time === first)) {
    return (isOfState || first === 'batch') && timeFormat(rest.join(':')) !== null
  }
  if (/^setting\.[A-Za-z0-9_-]+$/.test(name)) return true
  return [...batchPlaceholders, ...(isOfState ? statePlaceholders : [])].some((one) => one === name)
}

/** What a name stands for in the body of a state. */
export function valueOf(
  name: string,
  one: AgentState,
  batch: StateBatch,
  { limits }: StateForm,
): Body {
  const { agent, state, since } = one
  const max = limits[name] ?? Infinity
  switch (name) {
    case 'agent.id':
      return agent.id
    case 'agent.logon':
      return agent.logon
    case 'agent.name':
      return plainText(agent.name, { max })
    case 'state.code':
      return state.code
    case 'state.reason':
      return state.reason
    case 'state.text':
      return plainText(state.text, { max })
    case 'state.class':
      return state.class
    case 'state.loggedOn':
      return state.loggedOn
    case 'state.countsAsContact':
      return state.countsAsContact
    case 'state.paid':
      return state.paid
    case 'state.seconds':
      return Math.max(0, Math.floor((batch.at - since) / 1000))
    case 'state.ms':
      return Math.max(0, batch.at - since)
    default:
      return name.startsWith('since:') ? timeText(name, since) : ofBatch(name, batch)
  }
}

/** What it stands for around states. */
export function ofBatch(name: string, { target, kind, at, settings }: StateBatch): Body {
  if (name === 'target') return target
  if (name === 'snapshot') return kind === 'snapshot'
  if (name.startsWith('batch:')) return timeText(name, at)
  return settings[name.slice('setting.'.length)] ?? null
}

function timeText(name: string, at: Instant): Body {
  return timeFormat(name.slice(name.indexOf(':') + 1))?.write(at, 0) ?? null
}
