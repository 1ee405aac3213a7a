/** What people ask about a number once they have its formula. */
export interface Explanation {
  /** What it does at its limits, and what is no part of it. */
  readonly edges: string
  /** How products count that report the same thing; one that is not named has said nothing that could be compared. */
  readonly differs: Differences
}

/** Statistics of TaskRouter, Flex Insights, Genesys Cloud, Amazon Connect. */
export type Product = 'twilio' | 'flexInsights' | 'genesys' | 'connect'
export type Differences = Readonly<Partial<Record<Product, string>>>

// Most disagreements between two reports come from the interval that an amount goes to, and are the same for many metrics.

/** Of what counts at the moment of an event. */
export const atItsMoment = {
  twilio: 'Cumulative statistics reach back 30 days at most',
  genesys: 'The same moment: a metric has one timestamp, when its calculation is complete',
  connect: 'Metrics of contacts count in the interval of disconnect',
} as const satisfies Differences

/** Of lengths that count whole when they end. */
export const whenItEnds = {
  flexInsights: 'Activity and talk count in the period in which they began',
  genesys: 'The same: whole when its calculation is complete',
  connect: 'Whole in the interval of disconnect',
} as const satisfies Differences

/** Of lengths that are divided among the intervals that they lie in. */
export const apportioned = {
  flexInsights: 'Activity and talk count whole in the period in which they began',
  genesys:
    'Whole when its calculation is complete; the interval measures of Info Mart are the same',
  connect: 'The same for the activity of agents; of contacts, whole in the interval of disconnect',
} as const satisfies Differences

/** Of what is open at a border of the interval. */
export const observedNow = {
  twilio: 'Real-time statistics, of now only',
  genesys: 'Observations of now, without history',
  connect: 'Of now only; reports of the past do not have it',
} as const satisfies Differences

/** Of what counts in the interval of the arrival. */
export const byArrival = {
  genesys: 'When its calculation is complete; the disposition measures of Info Mart are the same',
  connect: 'In the interval of disconnect; of contacts queued there is a variant by enqueue',
} as const satisfies Differences

/** Of shares of contacts that were served in time. */
export const serviceLevels = {
  genesys: 'By options of the queue; a change of them applies to the past',
  connect: 'Answered, abandoned or called back within X, of those queued',
} as const satisfies Differences
