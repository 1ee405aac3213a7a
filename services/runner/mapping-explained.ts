import { mapperAt, type WfmSpan } from '../../connectors/mapping/mapped-spans.ts'
import type { MappedState, Tried } from '../../connectors/mapping/mapper.ts'
import type { AgentMoment } from '../../connectors/mapping/moment.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { agentMoments } from '../projections/agent-moments.ts'
import { agentStory, wholeTime } from '../projections/agent-story.ts'
import { agentWfmStates } from '../projections/agent-wfm-states.ts'
import type { Knowledge } from '../projections/definitions.ts'
import { mappersOf } from '../projections/mappings.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { asOfEntity } from './entity.ts'
import { timelinesIn } from './timelines.ts'

/** Why an agent is told to a target as he is. */
export interface ExplainedMapping {
  /** Of the mapping in force; null: none was yet. */
  readonly version: number | null
  readonly told: WfmSpan | null
  readonly moment: AgentMoment | null
  readonly mapped: MappedState | null
  readonly tried: readonly Tried[]
}

export interface MappingQuestion {
  readonly target: string
  readonly worker: string
  readonly at: Instant
}

/** From the worker's timeline in the tables; null: there is none. `tick`: how far time has come in them. */
export async function explainMapping(
  warehouse: Warehouse,
  { target, worker, at }: MappingQuestion,
  knowledge: Knowledge,
  tick: Instant,
): Promise<ExplainedMapping | null> {
  const shard = { topic: 'ledgerline.workers', partition: 0 } as const
  const wanted = [{ entity: worker, window: wholeTime }]
  const found = await timelinesIn(warehouse)(shard, wanted, Number.MAX_SAFE_INTEGER)
  const timeline = found.get(worker) ?? []
  if (timeline.length === 0) return null
  const asOf = Math.max(asOfEntity(timeline, tick), at)
  const story = agentStory(worker, timeline, wholeTime, knowledge, asOf)
  const isIn = ({ from, to }: { readonly from: Instant; readonly to: Instant | null }) =>
    from <= at && at < (to ?? Infinity)
  const moments = story === null ? [] : agentMoments(story)
  const moment = moments.find(isIn)?.moment ?? null
  const spans = story === null ? [] : agentWfmStates(story, knowledge, asOf).spans.get(target)
  const mapper = mapperAt(mappersOf(knowledge.mappings).get(target) ?? [], at)
  const isMapped = mapper !== null && moment !== null
  return {
    version: mapper?.mapping.version ?? null,
    told: spans?.find(isIn) ?? null,
    moment,
    mapped: isMapped ? mapper.map(moment, at) : null,
    tried: isMapped ? mapper.explain(moment, at) : [],
  }
}
