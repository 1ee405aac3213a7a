import { kindOf, shortOf, type IdentityStory } from './identity-story.ts'
import type { OwnRow } from './projection.ts'

/** Who an identity belonged to, from when until when: one row a stretch. */
export function customers({ identity, labels, first }: IdentityStory): readonly OwnRow[] {
  return labels.map((label, index) => ({
    table: 'customers',
    key: { identity, since: label.since },
    values: {
      customer: customerId(label.identity),
      until: labels[index + 1]?.since ?? null,
      is_current: index === labels.length - 1,
      kind: kindOf(identity),
      first_seen_at: first.at,
    },
  }))
}

/** The id of the customer who goes by an identity: made of it, and telling nothing of it. */
export function customerId(identity: string): string {
  return `CU${shortOf(identity)}`
}
