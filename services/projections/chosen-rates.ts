import type { Definitions } from '../../schemas/events/definitions.ts'
import type { Rate } from '../../schemas/metrics/rate.ts'
import { rates } from '../../schemas/metrics/rates.ts'
import { slFormulaOf, type JudgedQueue } from './definitions.ts'

/** What people mean by these words: which of the rates is said by the definitions. */
export const chosenNames = ['service_level', 'abandonment'] as const
export type ChosenName = (typeof chosenNames)[number]

/** The rate that a name means in a queue; null: across all queues. */
export function chosenRate(
  name: ChosenName,
  definitions: Definitions,
  queue: Pick<JudgedQueue, 'id' | 'name'> | null,
): Rate {
  switch (name) {
    case 'service_level':
      return serviceLevelRate(definitions, queue)
    case 'abandonment':
      return rateOf(definitions.abandonTreatment, 'event')
  }
}

/** All rates that a name may mean. */
export function mayMean(name: ChosenName): readonly Rate[] {
  const isOf = name === 'service_level' ? isServiceLevel : isAbandonRate
  return rates.filter(isOf)
}

/** How a rate is called where several are shown under one word. */
export function rateLabel({ name, attribution }: Rate): string {
  return attribution === 'arrival' ? `cohort:${name}` : name
}

function serviceLevelRate(
  definitions: Definitions,
  queue: Pick<JudgedQueue, 'id' | 'name'> | null,
): Rate {
  const formula = queue === null ? definitions.slFormula : slFormulaOf(definitions, queue)
  switch (definitions.slBasis) {
    case 'event':
      return rateOf(formula, 'event')
    case 'cohort':
      return rateOf(formula, 'arrival')
    case 'sl_event':
      return rateOf(ofFates[formula] ?? 'sl_event_all_abandons', 'event')
  }
}

/** Of fates short abandons are no part, and what is sent elsewhere is none: the other formulas come to the same. */
const ofFates: Partial<Record<Definitions['slFormula'], string>> = {
  sl_ex_in_threshold: 'sl_event_ex_in_threshold',
  sl_abandons_positive: 'sl_event_abandons_positive',
}

function rateOf(name: string, attribution: Rate['attribution']): Rate {
  const rate = rates.find((each) => each.name === name && each.attribution === attribution)
  if (rate === undefined) throw new Error(`there is no rate ${name} by ${attribution}`)
  return rate
}

function isServiceLevel({ name }: Rate): boolean {
  return name.startsWith('sl_')
}

function isAbandonRate({ name, attribution }: Rate): boolean {
  return attribution === 'event' && name.startsWith('abandon_rate')
}
