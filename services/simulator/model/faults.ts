import { exponential, pick } from './draws.ts'
import { say, type Speech } from './speech.ts'
import { later, type World } from './world.ts'

/** Now and then some webhook or other is not answered, and Twilio's debugger says so. */
export function watchFaults(world: World, speech: Speech): void {
  const random = speech.random.split('faults')
  const next = (): void =>
    later(world, 1 + exponential(random, meanMs), () => {
      const code = pick(random, ['11200', '11205', '12300', '30003']) ?? '11200'
      say(world, { source: 'error-logs', type: 'error.logged', about: speech.sids.call(), code })
      next()
    })
  next()
}

const meanMs = 40 * 60_000
