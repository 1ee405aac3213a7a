import type { z } from 'zod'
import type { adherenceQuerySchema, AgentNow } from '../../schemas/feeds/adherence.ts'
import { keyOf } from './state-filter.ts'

/** Of whom a reader wants to hear how they keep to their plans. */
export interface AdherenceFilter {
  readonly wants: (agent: AgentNow) => boolean
  /** The same for all who want the same. */
  readonly key: string
}

export function toAdherenceFilter({
  team: wanted,
  out,
}: Pick<z.output<typeof adherenceQuerySchema>, 'team' | 'out'>): AdherenceFilter {
  return {
    wants: ({ isOut, team }) =>
      (out === undefined || isOut === out) &&
      (wanted === undefined || (team !== null && [team.id, team.name].includes(wanted))),
    key: keyOf([
      wanted === undefined ? [] : [wanted],
      out === undefined ? [] : [out ? 'out' : 'not out'],
    ]),
  }
}
