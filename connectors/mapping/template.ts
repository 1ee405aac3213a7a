import type { MappingFile } from '../../schemas/events/mapping.ts'
import { valuesAt, type AgentMoment, type OpenContact } from './moment.ts'

const placeholder = /\{([^{}]*)\}/g

/** What may stand in braces in a code, reason or text; `{attributes.x}` beside them. */
export const placeholders = [
  ...(['activity', 'activitySid', 'channel', 'phase', 'direction', 'queue'] as const),
  ...(['contacts', 'reason', 'site', 'team'] as const),
] as const

type Placeholder = (typeof placeholders)[number]

/** What stands in braces in a text. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(placeholder)].map(([, name = '']) => name)
}

/** The text with what each name in braces stands for. */
export function filledBy(text: string, valueOf: (name: string) => string): string {
  return text.replace(placeholder, (_whole, name: string) => valueOf(name))
}

/** Whether a name stands for something of a moment. */
export function isKnownName(name: string): boolean {
  return isPlaceholder(name) || /^attributes\../.test(name)
}

/** The text with what it stands for; what is not known is nothing. */
export function filled(
  text: string,
  moment: AgentMoment,
  contact: OpenContact | null,
  paths: MappingFile['attributes'],
): string {
  return filledBy(text, (name) => {
    if (!isPlaceholder(name)) return at(moment, name.slice('attributes.'.length))
    switch (name) {
      case 'activity':
        return moment.activity?.name ?? ''
      case 'activitySid':
        return moment.activity?.id ?? ''
      case 'contacts':
        return String(moment.contacts.length)
      case 'reason':
      case 'site':
      case 'team':
        return at(moment, paths[name])
      case 'channel':
      case 'phase':
      case 'direction':
      case 'queue':
        return contact?.[name] ?? ''
    }
  })
}

function at({ attributes }: AgentMoment, path: string): string {
  return valuesAt(attributes, path).join(' ')
}

function isPlaceholder(name: string): name is Placeholder {
  return placeholders.some((one) => one === name)
}
