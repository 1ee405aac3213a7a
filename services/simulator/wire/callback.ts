import type { Centre } from '../model/centre.ts'
import type { SimulatedEvent } from '../model/event.ts'
import { headerOf, parametersOf, type ParameterValue } from './parameters.ts'

/** An event as TaskRouter's event callback: names in PascalCase, every value a string. */
export function toCallback(
  event: SimulatedEvent,
  centre: Centre,
): Readonly<Record<string, string>> {
  const form: Record<string, string> = { EventType: event.type, Sid: event.sid }
  for (const [name, value] of headerOf(event, centre)) form[toPascalCase(name)] = toText(value)
  form['Timestamp'] = String(Math.floor(event.at / 1000))
  form['TimestampMs'] = String(event.at)
  for (const [name, value] of parametersOf(event)) form[toPascalCase(name)] = toText(value)
  return form
}

/** The body of the POST, as a browser would encode the form: spaces are `+`. */
export function toFormBody(form: Readonly<Record<string, string>>): string {
  return new URLSearchParams(form).toString()
}

/** Moments are whole seconds. */
function toText(value: ParameterValue): string {
  return typeof value === 'object' ? String(Math.floor(value.moment / 1000)) : String(value)
}

const pascalNames = new Map<string, string>()

function toPascalCase(name: string): string {
  const known = pascalNames.get(name)
  if (known !== undefined) return known
  const pascal = name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
  pascalNames.set(name, pascal)
  return pascal
}
