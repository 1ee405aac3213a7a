import type { AdherenceParameters } from '../../schemas/events/adherence.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { exceptedSchema, plannedSegmentSchema } from '../../schemas/events/schedule.ts'
import { toExceptionEvent, toPlanEvent } from '../../services/definitions/schedule-events.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import { planCodes } from '../../services/simulator/model/plan-codes.ts'
import type { PlannerRecord } from '../../services/simulator/model/planner.ts'
import { defaultTruthParameters } from '../../services/simulator/truth/parameters.ts'
import { anEvent } from './fold-all.ts'

/** By what runs of the simulator measure adherence: whoever dials out is as good as on queue. */
export const simulatedAdherence = {
  activityCodes: planCodes,
  accept: { ON_QUEUE: ['ON_QUEUE', 'OUTBOUND'] },
  productiveCodes: ['ON_QUEUE', 'OUTBOUND'],
  unpaidCodes: ['LUNCH'],
  graceMs: 60_000,
} satisfies Partial<AdherenceParameters>

/** The same in the simulator's words. */
export function plannedTruth({ activities }: Centre) {
  const words: Readonly<Record<string, string>> = planCodes
  const { accept, productiveCodes: productive, unpaidCodes: unpaid, graceMs } = simulatedAdherence
  const codes = new Map(
    activities.flatMap(({ sid, name }) => {
      const code = words[name]
      return code === undefined ? [] : [[sid, code] as const]
    }),
  )
  return {
    ...defaultTruthParameters,
    adherence: { codes, accept: new Map(Object.entries(accept)), productive, unpaid, graceMs },
  }
}

export function adherenceDefinitions(centre: Centre, at: Instant): LedgerEvent {
  const attributes = JSON.stringify({ adherence: simulatedAdherence })
  const { workspaceSid: workspace } = centre
  return anEvent({ id: 'adherence', type: 'definitions.set', at, workspace, attributes })
}

/** What the ledger keeps of what a simulated planner tells. */
export function plannerEvent(record: PlannerRecord, centre: Centre): LedgerEvent {
  const { agent: worker, from, to, toldAt: at } = record
  const own = { worker, workspace: centre.workspaceSid, span: { from, to }, now: at }
  if (record.kind === 'reading') {
    const segments = record.segments.map(({ isTracked: tracked, ...segment }) =>
      plannedSegmentSchema.parse({ ...segment, tracked }),
    )
    return toPlanEvent({ ...own, segments, readAt: at })
  }
  const { id: exception, kind, code, withdrawn } = record
  const told = exceptedSchema.parse({ exception, kind, code, withdrawn })
  return toExceptionEvent({ ...own, told, reason: '', at })
}
