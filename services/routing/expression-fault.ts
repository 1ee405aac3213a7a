/** What is wrong with an expression, and where. */
export interface ExpressionFault {
  /** In UTF-16 units from the start of the text. */
  readonly offset: number
  /** The text that is wrong; empty where something is missing at the end. */
  readonly piece: string
  readonly detail: string
  /** What could stand there instead, where that can be listed. */
  readonly choices?: readonly string[]
}

export type ExpressionReading<T> =
  | { readonly kind: 'understood'; readonly value: T }
  /** At least one fault, in the order of the text. */
  | { readonly kind: 'refused'; readonly faults: readonly ExpressionFault[] }

/** A fault as a person reads it. */
export function expressionFaultText({ offset, piece, detail, choices }: ExpressionFault): string {
  const what = piece === '' ? 'at the end' : `“${piece}”`
  const instead = choices === undefined ? '' : ` (${choices.join(', ')})`
  return `offset ${offset}, ${what}: ${detail}${instead}`
}
