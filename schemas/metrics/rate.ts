import type { MetricName } from './catalogue.ts'
import type { Explanation } from './differences.ts'
import type { Attribution } from './metric.ts'

/** What a rate adds up: metrics, those with a minus taken away, and the length of the period that is asked for. */
export type Term = MetricName | `-${MetricName}` | 'period_ms'

/**
 * A ratio of sums. It is never stored and never averaged: the parts are added up over intervals, queues, agents or shards,
 * then divided. Nothing to divide by gives null, neither 0 nor 1. Value, SQL and the documents' formula are made of this.
 */
export interface Rate extends Explanation {
  /** With the attribution, the only one: what arrived and what ended may be divided in the same way. */
  readonly name: string
  readonly attribution: Attribution
  readonly unit: 'ratio' | 'ms' | 'average count'
  readonly numerator: readonly Term[]
  readonly denominator: readonly Term[]
  readonly description: string
}

/** The metrics that must be summed to work a rate out. */
export function partsOfRate({ numerator, denominator }: Rate): readonly string[] {
  return [...new Set([...metricsIn(numerator), ...metricsIn(denominator)])]
}

/** A rate's value from the sums of its metrics over a period of `periodMs`; null where there is nothing to divide by. */
export function rateValue(
  rate: Rate,
  sumOf: (metric: string) => number,
  periodMs: number,
): number | null {
  const total = (terms: readonly Term[]) =>
    terms.reduce((sum, term) => {
      if (term === 'period_ms') return sum + periodMs
      return isTaken(term) ? sum - sumOf(term.slice(1)) : sum + sumOf(term)
    }, 0)
  const denominator = total(rate.denominator)
  return denominator === 0 ? null : total(rate.numerator) / denominator
}

/** The same in ClickHouse's SQL, over columns that are named as the metrics; `periodMs` is SQL too. */
export function rateSql({ numerator, denominator }: Rate, periodMs: string): string {
  const sql = (terms: readonly Term[]) => written(terms, '-').replace('period_ms', periodMs)
  return `(${sql(numerator)}) / nullIf(${sql(denominator)}, 0)`
}

/** The same as people read it. */
export function rateFormula({ numerator, denominator }: Rate): string {
  const text = (terms: readonly Term[]) =>
    terms.length === 1 ? written(terms, '−') : `(${written(terms, '−')})`
  return `${text(numerator)} / ${text(denominator)}`
}

function written(terms: readonly Term[], minus: string): string {
  return terms
    .map((term, index) => {
      if (isTaken(term)) return `${minus} ${term.slice(1)}`
      return index === 0 ? term : `+ ${term}`
    })
    .join(' ')
}

/** The metrics among terms. */
export function metricsIn(terms: readonly Term[]): readonly string[] {
  return terms
    .filter((term) => term !== 'period_ms')
    .map((term) => (isTaken(term) ? term.slice(1) : term))
}

function isTaken(term: Term): term is `-${MetricName}` {
  return term.startsWith('-')
}
