import type { Random } from './random.ts'

/** By which names a customer may be known, each with its kind: the form in which the ledger keeps them. */
export type KnownAs = `${'user' | 'phone' | 'email' | 'anonymous'}:${string}`

// A customer is a number, and everything else about him follows from it: so that whoever comes by web, by telephone and
// by e-mail is one person without anybody keeping a list.

export function phoneOf(customer: number): string {
  return `+1555${String(1_000_000 + customer)}`
}

export function emailOf(customer: number): string {
  return `customer-${customer}@example.com`
}

export function userIdOf(customer: number): string {
  return `CUST-${String(customer).padStart(5, '0')}`
}

/** His user name where he chats on the website. */
export function webIdentityOf(customer: number): string {
  return `customer-${customer}`
}

/** A browser's id: a customer has two, a computer and a telephone. */
export function anonymousIdOf(customer: number, device: 0 | 1, random: Random): string {
  const own = random.split('device', customer, device)
  const hex = (bits: number): string => bits.toString(16).padStart(8, '0')
  return `${hex(own.bits())}${hex(own.bits())}${hex(own.bits())}`
}

export const knownAs = {
  phone: (customer: number): KnownAs => `phone:${phoneOf(customer)}`,
  email: (customer: number): KnownAs => `email:${emailOf(customer)}`,
  user: (customer: number): KnownAs => `user:${userIdOf(customer)}`,
  anonymous: (id: string): KnownAs => `anonymous:${id}`,
}
