import { addressIdentity, identitiesOf, type Identity } from './identities.ts'

/** The channel that an address belongs to, where it says so itself. */
export function channelOfAddress(address: string | null): string | null {
  if (address === null) return null
  const prefix = /^([a-z]+):/i.exec(address)?.[1]?.toLowerCase()
  if (prefix !== undefined) return channels.has(prefix) ? prefix : null
  return address.startsWith('+') ? 'sms' : null
}

/**
 * Whether a name is an address of a channel rather than a user of ours. An e-mail address is none by itself: in Flex it is
 * as a rule the user name of an agent.
 */
export function isAddress(name: string): boolean {
  return channelOfAddress(name) !== null
}

/** Whom an address names: a customer, and never a softphone or a telephone of our own. */
export function subjectsOf(...addresses: readonly (string | null)[]): Identity[] {
  return identitiesOf(
    addresses.map((address) =>
      address === null || ownEndpoint.test(address) ? null : addressIdentity(address),
    ),
  )
}

const channels = new Set(['whatsapp', 'messenger', 'sms', 'mms', 'rcs'])
const ownEndpoint = /^(client|sip|sips|conference|queue|sim):/i
