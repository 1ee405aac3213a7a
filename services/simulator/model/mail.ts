import { emailOf } from './customer.ts'
import { chance, integer } from './draws.ts'
import type { MailStatus } from './happening.ts'
import { say, type Speech } from './speech.ts'
import { later, type LegState, type World } from './world.ts'

/** An agent has answered an e-mail: SendGrid tells what becomes of the answer. */
export function sendAnswer(world: World, speech: Speech, leg: LegState): void {
  const { task } = leg
  const random = speech.random.split('mail', leg.record.reservation)
  const message = speech.sids.mail()
  const tell = (type: MailStatus['type'], afterMs: number): void =>
    later(world, afterMs, () => {
      const address = emailOf(task.party.customer)
      say(world, { source: 'sendgrid', type, message, address, task: task.record.sid })
    })
  const sent = integer(random, 300, 4_000)
  tell('processed', sent)
  if (chance(random, 0.03)) {
    tell('bounce', sent + integer(random, 1_000, 9_000))
    return
  }
  const isLate = chance(random, 0.05)
  if (isLate) tell('deferred', sent + integer(random, 1_000, 5_000))
  const delivered = sent + integer(random, isLate ? 300_000 : 1_000, isLate ? 900_000 : 8_000)
  tell('delivered', delivered)
  if (!chance(random, 0.55)) return
  const opened = delivered + integer(random, 20_000, 3_600_000)
  tell('open', opened)
  if (chance(random, 0.25)) tell('click', opened + integer(random, 3_000, 60_000))
}
