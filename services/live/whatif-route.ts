import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Span } from '../../schemas/events/instant.ts'
import { workLineSchema } from '../../schemas/feeds/operations.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import type { WhatIfResult } from '../../schemas/feeds/whatif.ts'
import type { WorkflowConfiguration } from '../routing/workflow-configuration.ts'
import { workRate } from '../runtime/work-rate.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { Thresholds } from '../whatif/measures.ts'
import { readConfigured } from '../whatif/routing-file.ts'
import { toRoutingTable, type RecordedQueue } from '../whatif/routing-table.ts'
import {
  prepareWhatIf,
  type ComparedMeasures,
  type WhatIf,
  type WhatIfRun,
} from '../whatif/whatif.ts'
import { objectIn } from './json-object.ts'
import { described } from './operations-described.ts'
import { createLongWork, type LongWorkOptions } from './operations-work.ts'
import { ProblemAnswer } from './problem.ts'
import { askedWhatIf, type AskedWhatIf } from './whatif-question.ts'
import {
  readWhatIfRows,
  workspacesIn,
  type ConfiguredRow,
  type VisitRow,
  type WhatIfRows,
} from './whatif-rows.ts'
import { toStretch } from './whatif-stretch.ts'

export interface WhatIfRouteOptions extends Pick<LongWorkOptions, 'clock' | 'logger'> {
  readonly warehouse: Warehouse
}

/** Lets a past stretch happen again under another routing. It only reads. */
export function addWhatIfRoute(
  scope: FastifyInstance,
  { warehouse, clock, logger }: WhatIfRouteOptions,
): void {
  const work = createLongWork({ clock, logger, refusal: () => null })
  scope.addHook('onClose', () => work.close())
  scope.post(
    '/v1/operations/whatif',
    described(
      'Replays a past stretch through the workflows that were, or others; body: JSON with from, to, and what should be otherwise: routing, staff; also workspace, seed, runs',
      workLineSchema.describe('Lines of JSON: progress again and again, then a result or an error'),
    ),
    async ({ body }, reply) => {
      const asked = askedWhatIf(body)
      const { counted, seed, runs, routing } = asked
      const replayed = { from: counted.from - marginMs, to: counted.to + marginMs }
      const workspace = await workspaceOf(warehouse, asked)
      const rows = await readWhatIfRows(warehouse, workspace, replayed)
      const whatIf = prepared(rows, asked, replayed)
      return work.run('what-if', reply, async ({ onProgress }) => {
        const beganAt = clock.now()
        const done: WhatIfRun[] = []
        while (done.length < runs) {
          done.push(whatIf.run(done.length))
          const rate = workRate(done.length, runs - done.length, clock.now() - beganAt)
          onProgress({ done: done.length, total: runs, ...rate })
          // A replay takes up to seconds, and others ask something too.
          await setImmediate()
        }
        const { total, queues, sameFate, assumed } = whatIf.compare(done)
        const names = new Map(rows.queues.map(({ queue, name }) => [queue, name]))
        return {
          ...{ ...counted, workspace, seed, runs, sameFate, assumed },
          workflows: (routing?.workflows.length ?? 0) === 0 ? 'recorded' : 'given',
          total: [...total],
          queues: [...queues].map(([queue, measures]: readonly [string, ComparedMeasures]) => ({
            ...{ queue, name: names.get(queue) ?? queue, measures: [...measures] },
          })),
        } satisfies WhatIfResult
      })
    },
  )
}

/** So much is replayed and not counted at both ends: by then hardly anybody waits still who came before. */
const marginMs = 3_600_000

async function workspaceOf(
  warehouse: Warehouse,
  { workspace, counted }: { readonly workspace?: string | undefined; readonly counted: Span },
): Promise<string> {
  const choices = await workspacesIn(warehouse, counted)
  const [only] = choices
  if (only === undefined) {
    throw refused([{ field: 'from', detail: 'nobody waited in any queue in this stretch' }])
  }
  if (workspace === undefined && choices.length === 1) return only
  if (workspace !== undefined && choices.includes(workspace)) return workspace
  const detail =
    workspace === undefined
      ? 'the stretch has several workspaces: name one'
      : 'nobody waited there in this stretch'
  throw refused([{ field: 'workspace', detail, choices: [...choices] }])
}

/** All that is missing for a replay is told at once. */
function prepared(rows: WhatIfRows, asked: AskedWhatIf, replayed: Span): WhatIf {
  const { counted, seed, routing: file } = asked
  const stretch = toStretch(rows, counted, replayed)
  const errors: ProblemError[] = []
  const staff = asked.staff.flatMap(({ queue, by }, index) => {
    const found = rows.queues.filter((one) => one.queue === queue || one.name === queue)
    const [only, other] = found
    if (only !== undefined && other === undefined) return [{ queue: only.queue, by }]
    const detail =
      only === undefined ? `there is no queue ${queue}` : 'several queues are called so'
    const choices = (only === undefined ? rows.queues : found).map((one) =>
      only === undefined ? one.name : one.queue,
    )
    errors.push({ field: `staff[${index}].queue`, detail, choices })
    return []
  })
  const routing = toRoutingTable({
    ...{ file, contacts: stretch.contacts },
    recordedWorkflows: importedWorkflows(rows.configured),
    recordedQueues: knownQueues(rows),
  })
  if (routing.kind === 'refused') {
    errors.push(
      ...routing.faults.map(({ choices, ...fault }) => ({
        ...fault,
        ...(choices === undefined ? {} : { choices: [...choices] }),
      })),
    )
  }
  if (errors.length > 0 || routing.kind === 'refused') throw refused(errors)
  const thresholdsOf = thresholdsIn(rows.visits)
  const reading = prepareWhatIf({ stretch, routing: routing.table, thresholdsOf, staff, seed })
  switch (reading.kind) {
    case 'ready':
      return reading.whatIf
    case 'nobody_answered':
      throw refused([
        {
          field: 'from',
          detail: 'nobody was answered in this stretch, so nobody knows how long anything takes',
        },
      ])
    case 'too_few': {
      const { change, has } = reading
      const name = rows.queues.find(({ queue }) => queue === change.queue)?.name ?? change.queue
      throw refused([{ field: 'staff', detail: `${name} has ${has} workers in this stretch` }])
    }
  }
}

function refused(errors: readonly ProblemError[]): ProblemAnswer {
  return new ProblemAnswer(400, 'this cannot be replayed', errors)
}

/** What no event of TaskRouter tells: the configurations of workflows as they were imported. */
function importedWorkflows(
  rows: readonly ConfiguredRow[],
): ReadonlyMap<string, WorkflowConfiguration> {
  return new Map(
    rows.flatMap(({ kind, sid, resource }): readonly [string, WorkflowConfiguration][] => {
      if (kind !== 'workflow') return []
      const read = readConfigured(objectIn(resource))
      return read.kind === 'understood' ? [[sid, read.value]] : []
    }),
  )
}

function knownQueues({ queues, configured }: WhatIfRows): readonly RecordedQueue[] {
  const imported = new Map(
    configured
      .filter(({ kind }) => kind === 'queue')
      .map(({ sid, resource }) => [sid, objectIn(resource)]),
  )
  const told = new Map(queues.map((row) => [row.queue, row]))
  return [...new Set([...told.keys(), ...imported.keys()])].map((sid) => {
    const { name = '', expression = '' } = told.get(sid) ?? {}
    return {
      ...{ sid, name, resource: imported.get(sid) ?? null },
      expression: expression === '' ? null : expression,
    }
  })
}

/** Those by which the stretch was judged; a queue in which nobody waited is judged as most of the visits were. */
function thresholdsIn(visits: readonly VisitRow[]): (queue: string) => Thresholds {
  const byQueue = new Map(visits.map((visit) => [visit.queue, toThresholds(visit)]))
  const counts = new Map<string, { readonly thresholds: Thresholds; readonly count: number }>()
  for (const visit of visits) {
    const key = `${visit.sl_threshold_ms}/${visit.short_abandon_ms}`
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { thresholds: toThresholds(visit), count })
  }
  const usual = [...counts.values()].sort((a, b) => b.count - a.count)[0]?.thresholds
  return (queue) => {
    const thresholds = byQueue.get(queue) ?? usual
    if (thresholds === undefined) throw new Error('a stretch without visits was measured')
    return thresholds
  }
}

function toThresholds({ sl_threshold_ms, short_abandon_ms }: VisitRow): Thresholds {
  return { slMs: sl_threshold_ms, shortMs: short_abandon_ms }
}
