import type { Instant } from '../../schemas/events/instant.ts'
import type { MappingFile, MappingRule } from '../../schemas/events/mapping.ts'
import { valuesAt, type AgentMoment, type OpenContact } from './moment.ts'

/** What a rule is asked about: a moment, and the contact that speaks in it, or none where the activity does. */
export interface Subject {
  readonly moment: AgentMoment
  readonly contact: OpenContact | null
  readonly at: Instant
}

type When = MappingRule['when']
export type ConditionName = keyof When

const ofContacts: ReadonlySet<ConditionName> = new Set<ConditionName>([
  ...(['channel', 'phase', 'direction', 'queue', 'workflow'] as const),
  ...(['contactsAtLeast', 'contactsAtMost'] as const),
])

/** What a rule asks, made ready to be asked often: names in small letters, for their case tells nothing apart. */
export interface Conditions {
  readonly names: readonly ConditionName[]
  readonly when: When
}

export function conditionsOf({ when }: MappingRule): Conditions {
  const { activity, channel, queue, workflow, reason } = when
  const texts = Object.entries({ activity, channel, queue, workflow, reason }).flatMap(
    ([name, wanted]) =>
      wanted === undefined ? [] : [[name, wanted.map((one) => one.toLowerCase())] as const],
  )
  return {
    names: conditionNames(when),
    when: { ...when, ...Object.fromEntries(texts) },
  }
}

/** Whether a rule is about contacts; one that names nothing of a contact is about activities. */
export function isOfContacts({ when }: MappingRule): boolean {
  return conditionNames(when).some((name) => ofContacts.has(name))
}

/** The first condition that does not hold, in the order in which the schema has them; null: the rule fits. */
export function failing(
  { names, when }: Conditions,
  subject: Subject,
  { attributes: paths }: Pick<MappingFile, 'attributes'>,
): ConditionName | null {
  return names.find((name) => !holds(name, when, subject, paths)) ?? null
}

/** From when on a rule fits that fails for nothing but time. */
export function ripeAt({ when }: Conditions, subject: Subject): Instant | null {
  const since = sinceOf(subject)
  return when.longerThanMs === undefined || since === null ? null : since + when.longerThanMs
}

/** Since when the subject has been as it is; null: nobody knows. */
export function sinceOf({ moment, contact }: Subject): Instant | null {
  return contact === null ? (moment.activity?.since ?? null) : contact.since
}

function conditionNames(when: When): readonly ConditionName[] {
  return order.filter((name) => when[name] !== undefined)
}

/** Time last: a rule that fails for nothing else will fit if nothing changes. */
const order: readonly ConditionName[] = [
  ...(['activity', 'activityClass', 'channel', 'phase', 'direction', 'queue'] as const),
  ...(['workflow', 'contactsAtLeast', 'contactsAtMost', 'reason'] as const),
  ...(['attributes', 'longerThanMs'] as const),
]

function holds(
  name: ConditionName,
  when: When,
  subject: Subject,
  paths: MappingFile['attributes'],
): boolean {
  const { moment, contact, at } = subject
  const { activity, contacts, attributes } = moment
  switch (name) {
    case 'activity':
      return activity !== null && isAmong(when.activity, [activity.id, activity.name])
    case 'activityClass':
      return activity !== null && isAmong(when.activityClass, [activity.class])
    case 'channel':
    case 'phase':
    case 'direction':
    case 'queue':
      return contact !== null && isAmong(when[name], [contact[name]])
    case 'workflow':
      return contact?.workflow != null && isAmong(when.workflow, [contact.workflow])
    case 'contactsAtLeast':
      return contact !== null && contacts.length >= (when.contactsAtLeast ?? 0)
    case 'contactsAtMost':
      return contact !== null && contacts.length <= (when.contactsAtMost ?? Infinity)
    case 'reason':
      return isAmong(when.reason, valuesAt(attributes, paths.reason).map(String))
    case 'attributes':
      return Object.entries(when.attributes ?? {}).every(([path, wanted]) =>
        valuesAt(attributes, path).some((value) => wanted.includes(value)),
      )
    case 'longerThanMs': {
      const since = sinceOf(subject)
      return since !== null && at - since >= (when.longerThanMs ?? 0)
    }
  }
}

/** `wanted` is in small letters. */
function isAmong(wanted: readonly string[] | undefined, told: readonly string[]): boolean {
  return wanted === undefined || told.some((one) => wanted.includes(one.toLowerCase()))
}
