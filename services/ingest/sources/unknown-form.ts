import type { Verdict } from '../verdict.ts'
import { refused } from '../verdict.ts'
import type { Parameters } from './parameters.ts'
import type { Telling } from './told.ts'
import { keepUnknown, namesSomething } from './unknown-cloud-event.ts'

/**
 * A callback of a type that nobody here reads, kept whole under what it names. One that names neither a type nor anything
 * that could be found again is no callback of the product's.
 */
export function keepUnknownForm(parameters: Parameters, telling: Telling, type: string): Verdict {
  if (type === '' && !namesSomething(parameters)) {
    return refused(
      'missing',
      'the callback names neither a type nor what it is about',
      telling.bytes,
    )
  }
  const event = { type: type === '' ? telling.source : type }
  return keepUnknown({ ...telling, event, data: parameters, text: telling.payload })
}
