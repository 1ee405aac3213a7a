import { knownAs, phoneOf } from './customer.ts'
import { chance, integer } from './draws.ts'
import type { Random } from './random.ts'
import type { TextGroup, TextStatus } from './said-in-texts.ts'
import { drawCustomer, noteIdentities, say, type Speech } from './speech.ts'
import { later, type World } from './world.ts'

/** A reminder by SMS or WhatsApp, in no conversation: its statuses, at times the last before the second, and now and then an answer. */
export function sendNotice(world: World, speech: Speech, random: Random): void {
  const customer = drawCustomer(speech, random)
  const prefix = chance(random, world.behaviour.whatsapp) ? 'whatsapp:' : ''
  const text: TextGroup = {
    sid: speech.sids.text(),
    from: `${prefix}${ours}`,
    to: `${prefix}${phoneOf(customer)}`,
  }
  const tell = (status: TextStatus['status'], afterMs: number): void =>
    later(world, afterMs, () =>
      say(world, { source: 'messaging', type: 'text.status', text, status }),
    )
  const sentAfterMs = integer(random, 300, 2_000)
  const last = chance(random, 0.04) ? 'undelivered' : 'delivered'
  const lastAfterMs = sentAfterMs + integer(random, -150, 5_000)
  tell('queued', 0)
  tell('sent', sentAfterMs)
  tell(last, Math.max(1, lastAfterMs))
  if (last === 'undelivered' || !chance(random, 0.15)) return
  later(world, lastAfterMs + integer(random, 20_000, 600_000), () => {
    const answer = { sid: speech.sids.text(), from: text.to, to: text.from }
    noteIdentities(world, 'messaging', customer, [knownAs.phone(customer)])
    say(world, { source: 'messaging', type: 'text.received', text: answer, body: 'Thank you' })
  })
}

const ours = '+15550100100'
