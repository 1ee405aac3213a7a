import { candidateValues, type Mentions } from './candidate-values.ts'
import { compileOperand, type Condition } from './condition.ts'
import { comparisonsOf, type Comparison, type Operand, type Reference } from './expression.ts'
import { isList, isScalar, valueAt, withValueAt, type JsonValue, type Path } from './json-value.ts'
import { subjectOf, type RoutingContext } from './routing-context.ts'

/** One attribute set to one value. */
export interface AttributeChange {
  readonly subject: 'worker' | 'task'
  readonly path: Path
  /** Null: it is missing, or is to be removed. */
  readonly from: JsonValue
  readonly to: JsonValue
}

/**
 * The nearest change of a single attribute after which a false condition holds; null when it holds already, or when no one
 * attribute alone can make it hold. Every answer has been tried: the condition holds after it. That there is none means
 * none was found among the values that `candidateValues` tells of.
 *
 * What a worker is (`sid`, `friendly_name`) and the time of day do not change; `isFixed` tells of more that does not.
 * Takes some tens of microseconds: it is for the explainer, not for the hot path.
 */
export function nearestChange(
  condition: Condition,
  context: RoutingContext,
  isFixed: (subject: 'worker' | 'task', path: Path) => boolean = () => false,
): AttributeChange | null {
  if (condition.holds(context)) return null
  let nearest: { readonly change: AttributeChange; readonly distance: number } | null = null
  for (const { subject, path, mentions } of attributesOf(condition, context)) {
    if (isIdentity(subject, path) || isFixed(subject, path)) continue
    const document = context[subject] ?? {}
    const from = valueAt(document, path)
    for (const { value, distance } of candidateValues(from, mentions)) {
      if (nearest !== null && nearest.distance <= distance) break
      const changed = withValueAt(document, path, value)
      if (changed === undefined || isScalar(changed) || isList(changed)) continue
      if (condition.holds({ ...context, [subject]: changed })) {
        nearest = { change: { subject, path, from, to: value }, distance }
        break
      }
    }
  }
  return nearest?.change ?? null
}

function isIdentity(subject: 'worker' | 'task', path: Path): boolean {
  return subject === 'worker' && (path[0] === 'sid' || path[0] === 'friendly_name')
}

interface Attribute {
  readonly subject: 'worker' | 'task'
  readonly path: Path
  readonly mentions: Mentions
}

/** Every attribute that a condition names, with what it is compared with, in the order of the text. */
function attributesOf(condition: Condition, context: RoutingContext): readonly Attribute[] {
  const found = new Map<string, { reference: Reference; comparisons: Comparison[] }>()
  for (const comparison of comparisonsOf(condition.expression)) {
    for (const reference of [...referencesIn(comparison.left), ...referencesIn(comparison.right)]) {
      const key = keyOf(reference)
      const known = found.get(key) ?? { reference, comparisons: [] }
      known.comparisons.push(comparison)
      found.set(key, known)
    }
  }
  return [...found].flatMap(([key, { reference, comparisons }]) => {
    const named = subjectOf(reference.path, condition.place)
    if (named === null || (named.subject !== 'worker' && named.subject !== 'task')) return []
    const mentions = {
      values: comparisons.flatMap((comparison) => othersIn(comparison, key)),
      members: comparisons
        .filter((comparison) => isListSide(comparison, key))
        .flatMap((comparison) => othersIn(comparison, key)),
    }
    return [{ subject: named.subject, path: named.path, mentions }]
  })

  /** The scalars on the other side of a comparison, and beside it in a list. */
  function othersIn({ left, right }: Comparison, key: string): readonly Scalars[] {
    return [left, right]
      .filter((operand) => operand.kind !== 'reference' || keyOf(operand) !== key)
      .flatMap((operand) => scalarsIn(compileOperand(operand, condition.place)(context)))
  }
}

type Scalars = Mentions['values'][number]

function isListSide({ operator, left, right }: Comparison, key: string): boolean {
  const side = operator === 'HAS' ? left : right
  const takesList = operator === 'HAS' || operator === 'IN' || operator === 'NOT IN'
  return takesList && side.kind === 'reference' && keyOf(side) === key
}

function scalarsIn(value: JsonValue): readonly Scalars[] {
  if (isScalar(value)) return [value]
  return isList(value) ? value.filter(isScalar) : []
}

function referencesIn(operand: Operand): readonly Reference[] {
  if (operand.kind === 'reference') return [operand]
  return operand.kind === 'list' ? operand.items.flatMap(referencesIn) : []
}

function keyOf({ path }: Reference): string {
  return JSON.stringify(path)
}
