import fc from 'fast-check'
import type { JsonObject } from '../../services/routing/json-value.ts'

/** Few names and few values, so that what is asked is often there, and often of another type than it is asked for. */
const names = ['level', 'skills', 'team', 'routing', 'vip', 'Level', 'größe', 'constructor', 'in']
const words = ['', 'a', 'b', 'ab', 'A', '5', 'true', "o'hara", 'back\\slash', 'say "so"', 'grün']
const numbers = [0, 1, 2, 2.5, 5, 10, -1, 1.0, 800]

const scalar = fc.oneof(
  fc.constantFrom<null | boolean | number | string>(...words, ...numbers),
  fc.constantFrom<null | boolean | number | string>(true, false, null),
)

/** Attributes: missing, nested, lists, of mixed types. */
export const arbitraryAttributes: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom(...names),
  fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 3, arbitrary: fc.array(scalar, { maxLength: 4 }) },
    {
      weight: 2,
      arbitrary: fc.dictionary(
        fc.constantFrom(...names),
        fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })),
        { maxKeys: 3, noNullPrototype: true },
      ),
    },
    { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
  ),
  { maxKeys: 6, noNullPrototype: true },
)

/** A worker and a task, and the time of day. */
export const arbitraryContext = fc.record({
  worker: arbitraryAttributes,
  task: arbitraryAttributes,
  taskrouter: fc.constant({ currentTime: 805, dayOfWeek: 'Mon' }),
})

const prefix = fc.constantFrom('', 'worker.', 'task.', 'taskrouter.')
const step = fc.oneof(
  fc.constantFrom(...names).map((name) => `.${name}`),
  fc.constantFrom('[0]', '[1]', '[3]'),
)
const reference = fc
  .tuple(
    prefix,
    fc.constantFrom(...names.filter((name) => name !== 'in')),
    fc.array(step, { maxLength: 2 }),
  )
  .map(([start, name, steps]) => `${start}${name}${steps.join('')}`)

const constant = scalar.chain((value) => {
  if (typeof value === 'string') {
    return fc.constantFrom("'", '"').map((quote) => quoted(value, quote))
  }
  if (typeof value === 'number') {
    return fc.constantFrom(String(value), Number.isInteger(value) ? `${value}.0` : String(value))
  }
  return fc.constantFrom(String(value), String(value).toUpperCase())
})

const list = fc
  .array(fc.oneof({ weight: 5, arbitrary: constant }, { weight: 1, arbitrary: reference }), {
    maxLength: 3,
  })
  .map((items) => `[${items.join(', ')}]`)

const operand = fc.oneof(
  { weight: 5, arbitrary: reference },
  { weight: 4, arbitrary: constant },
  { weight: 2, arbitrary: list },
)
const operator = fc.constantFrom(
  ...['==', '=', '!=', '>', '>=', '<', '<=', 'CONTAINS', 'contains'],
  ...['HAS', 'has', 'IN', 'in', 'NOT IN', 'not  in'],
)
const comparison = fc
  .tuple(operand, operator, operand)
  .map(([left, sign, right]) => `${left} ${sign} ${right}`)

/** Well-formed expressions, with and without parentheses, so that precedence counts. */
export const arbitraryExpression: fc.Arbitrary<string> = fc.letrec<{ whole: string }>((tie) => ({
  whole: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(tie('whole'), fc.constantFrom('AND', 'OR', 'and', 'or', '&&', '||'), tie('whole'))
      .map(([left, joint, right]) => `${left} ${joint} ${right}`),
    tie('whole').map((inner) => `(${inner})`),
  ),
})).whole

function quoted(value: string, quote: string): string {
  const escaped = value.replace(/\\(?=['"\\])/g, '\\\\').replaceAll(quote, `\\${quote}`)
  return `${quote}${escaped.endsWith('\\') ? `${escaped}\\` : escaped}${quote}`
}
