import type { MappingFile } from '../../schemas/events/mapping.ts'
import type { OpenContact } from './moment.ts'

type Precedence = MappingFile['precedence']

/**
 * The contact that speaks for an agent who has several: the one that fits the earliest entry of the order; of several that
 * do, the one that has been in its phase longest, then the one of the lowest id, so that every process chooses the same.
 */
export function speakingContact(
  contacts: readonly OpenContact[],
  precedence: Precedence,
): OpenContact | null {
  const ranked = contacts.map((contact) => ({ contact, rank: rankOf(contact, precedence) }))
  const [first] = ranked.sort(
    (a, b) =>
      a.rank - b.rank ||
      a.contact.since - b.contact.since ||
      (a.contact.task < b.contact.task ? -1 : 1),
  )
  return first?.contact ?? null
}

function rankOf({ channel, phase, direction }: OpenContact, precedence: Precedence): number {
  const rank = precedence.findIndex(
    (entry) =>
      (entry.channel ?? channel) === channel &&
      (entry.phase ?? phase) === phase &&
      (entry.direction ?? direction) === direction,
  )
  return rank === -1 ? precedence.length : rank
}
