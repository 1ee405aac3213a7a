import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { HttpAnswer } from '../vendors/http-answer.ts'
import { readXml, type XmlElement } from '../vendors/xml-reader.ts'
import type { Turn } from './changing-agents.ts'

/** What a vendor was told of an agent. */
export interface HeardState {
  readonly agent: string
  readonly code: string
  readonly since: Instant
  readonly heardAt: Instant
}

/** A message that a vendor has taken: states, or a document in which there are none. */
export interface Heard {
  readonly key: string
  readonly body: Buffer
  readonly states: readonly HeardState[]
}

/** Keeps what a vendor takes, with when, and answers as he does. */
export function hearing(
  readStates: (body: string, heardAt: Instant) => readonly HeardState[],
  answer: (request: IncomingMessage, body: Buffer) => HttpAnswer,
) {
  const heard: Heard[] = []
  return {
    heard,
    handle: (request: IncomingMessage, body: Buffer): HttpAnswer => {
      const answered = answer(request, body)
      const key = String(request.headers['idempotency-key'])
      if (answered.status < 300) {
        heard.push({ key, body, states: readStates(body.toString(), Date.now()) })
      }
      return answered
    },
  }
}

const message = z.object({
  states: z
    .array(z.object({ agent: z.string(), code: z.string(), since: z.coerce.date() }))
    .default([]),
})

export function statesInJson(body: string, heardAt: Instant): readonly HeardState[] {
  const { states } = message.parse(JSON.parse(body))
  return states.map(({ since, ...told }) => ({ ...told, since: since.getTime(), heardAt }))
}

/**
 * As Calabrio's batches have them, where instants and lengths are cut to whole seconds. A snapshot has its own time, and for how
 * long each has been in his state by then: so it is exact to two seconds, and a change to one.
 */
export function statesInSoap(body: string, heardAt: Instant): readonly HeardState[] {
  return elements(readXml(body), 'ExternalUserState').map((state) => {
    const text = (name: string) => elements(state, name)[0]?.text ?? ''
    const since = Date.parse(text('Timestamp')) - 1000 * Number(text('SecondsInState'))
    return { agent: text('UserCode'), code: text('StateCode'), since, heardAt }
  })
}

/** How exactly the two forms tell of instants. */
export const exactMsInJson = 0
export const exactMsInSoap = 2_000

function elements(of: XmlElement, name: string): readonly XmlElement[] {
  return of.children.flatMap((one) => (one.name === name ? [one] : elements(one, name)))
}

/**
 * Those of which the hub knew better: for so long that it had all the time to say so, it had acknowledged that the agent had
 * turned to something else.
 */
export function staleAmong(
  states: readonly HeardState[],
  turns: ReadonlyMap<string, readonly Turn[]>,
  { slackMs, exactMs }: { readonly slackMs: number; readonly exactMs: number },
): readonly HeardState[] {
  return states.filter(({ agent, since, heardAt }) => {
    const known = (turns.get(agent) ?? []).findLast(
      ({ acknowledgedAt }) => acknowledgedAt !== null && acknowledgedAt <= heardAt - slackMs,
    )
    return known !== undefined && since < known.at - exactMs
  })
}

/** Those that came after a newer one of the same agent. */
export function overtakenAmong(
  states: readonly HeardState[],
  exactMs: number,
): readonly HeardState[] {
  const newest = new Map<string, Instant>()
  return states.filter(({ agent, since }) => {
    const before = newest.get(agent) ?? 0
    newest.set(agent, Math.max(before, since))
    return since < before - exactMs
  })
}

/** Keys that came with more than one body. */
export function keysReused(
  received: readonly { readonly key: string; readonly body: Buffer }[],
): readonly string[] {
  const bodies = new Map<string, Buffer>()
  return received.flatMap(({ key, body }) => {
    const before = bodies.get(key) ?? body
    bodies.set(key, before)
    return before.equals(body) ? [] : [key]
  })
}
