/**
 * The names by which a customer is known, each with its kind, so that a number and an id that look alike stay two: what
 * stands in `subjects`. One person may have many; which of them are one is found out by `customers`.
 */
export type Identity = `${'user' | 'phone' | 'email' | 'messenger' | 'anonymous'}:${string}`

/** An id that the customer's own systems have given: Segment's user id, `customers.external_id`. */
export function userIdentity(id: unknown): Identity | null {
  const text = textOf(id)
  return text === null ? null : `user:${text}`
}

/** A visitor of a website whom nobody knows yet. */
export function anonymousIdentity(id: unknown): Identity | null {
  const text = textOf(id)
  return text === null ? null : `anonymous:${text}`
}

export function emailIdentity(address: unknown): Identity | null {
  const text = textOf(address)?.toLowerCase() ?? ''
  return email.test(text) ? `email:${text}` : null
}

/**
 * An address as a channel writes it: a number, alone or behind `whatsapp:`, `sms:` or `rcs:`, an e-mail address, an id of
 * Messenger. Null for what names nobody: a withheld number, a short code, a user of our own.
 */
export function addressIdentity(address: unknown): Identity | null {
  const text = textOf(address)
  if (text === null) return null
  const [, prefix = '', rest = ''] =
    /^(?:(whatsapp|sms|rcs|messenger|tel|mailto):)?(.*)$/i.exec(text) ?? []
  if (prefix.toLowerCase() === 'messenger') return `messenger:${rest}`
  const digits = rest.replaceAll(/[\s().-]/g, '')
  if (!number.test(digits)) return emailIdentity(rest)
  return withheld.has(digits) ? null : `phone:${digits.startsWith('+') ? digits : `+${digits}`}`
}

/** All that are known, each once. */
export function identitiesOf(identities: readonly (Identity | null)[]): Identity[] {
  return [...new Set(identities.filter((identity) => identity !== null))]
}

const number = /^\+?\d{7,15}$/
const email = /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/

/** What Twilio sends for a number that the caller keeps to himself: ANONYMOUS, RESTRICTED and so on, spelled on a keypad. */
const withheld = new Set(['+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253'])

/** The ledger's ids are short. */
const charactersMax = 200

function textOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return null
  const trimmed = text.trim()
  return trimmed === '' || trimmed.length > charactersMax ? null : trimmed
}
