import type { Condition } from './condition.ts'
import { comparisonsOf, type Operand } from './expression.ts'
import type { Path } from './json-value.ts'
import { subjectOf, type Subject } from './routing-context.ts'

/** The names in a condition that stand for something of one subject: what it goes by, and nothing else does. */
export function pathsOf({ expression, place }: Condition, subject: Subject): readonly Path[] {
  const paths = new Map<string, Path>()
  for (const { left, right } of comparisonsOf(expression)) {
    for (const path of [...namesIn(left), ...namesIn(right)]) {
      const named = subjectOf(path, place)
      if (named?.subject === subject) paths.set(JSON.stringify(named.path), named.path)
    }
  }
  return [...paths.values()]
}

function namesIn(operand: Operand): readonly Path[] {
  if (operand.kind === 'reference') return [operand.path]
  return operand.kind === 'list' ? operand.items.flatMap(namesIn) : []
}
