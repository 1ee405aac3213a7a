import type { Instant } from '../../../schemas/events/instant.ts'
import { anonymousIdOf, emailOf, knownAs, phoneOf, userIdOf, type KnownAs } from './customer.ts'
import { chance, integer } from './draws.ts'
import type { ProfileCall } from './happening.ts'
import type { Random } from './random.ts'
import { noteIdentities, say, type Speech } from './speech.ts'
import { later, type World } from './world.ts'

/**
 * Before they call or write, many look at the website: unknown at first, until they sign in. Then the visitor and the
 * customer of the books are one; and whoever also leaves his number is the caller of a minute later.
 */
export function visitWebsite(
  world: World,
  speech: Speech,
  customer: number,
  until: Instant,
  random: Random,
): void {
  const anonymousId = anonymousIdOf(customer, chance(random, 0.75) ? 0 : 1, speech.random)
  const userId = userIdOf(customer)
  const spareMs = Math.max(0, until - world.now)
  const anonymous = knownAs.anonymous(anonymousId)
  const user = knownAs.user(customer)
  const visitor = { userId: null, anonymousId, name: null, traits: {} }
  at(0, { ...visitor, type: 'page', name: 'Home' }, [anonymous])
  at(0.25, { ...visitor, type: 'page', name: 'Help' }, [anonymous])
  const draw = random.next()
  if (draw < 0.2) return
  const traits: Record<string, string> = { email: emailOf(customer) }
  const names = [anonymous, user, knownAs.email(customer)]
  if (chance(random, 0.5)) {
    traits['phone'] = phoneOf(customer)
    names.push(knownAs.phone(customer))
  }
  if (draw < 0.9) at(0.5, { ...visitor, type: 'identify', userId, traits }, names)
  else {
    const previousId = `OLD-${customer}`
    const alias = { ...visitor, type: 'alias', userId, traits: { previousId } } as const
    at(0.5, alias, [anonymous, user, `user:${previousId}`])
  }
  at(0.8, { ...visitor, type: 'track', userId, name: 'Contact Chosen' }, [anonymous, user])

  function at(share: number, call: Omit<ProfileCall, 'source'>, known: readonly KnownAs[]): void {
    later(world, spareMs * share + integer(random, 0, 400), () => {
      noteIdentities(world, 'segment', customer, known)
      say(world, { source: 'segment', ...call })
    })
  }
}
