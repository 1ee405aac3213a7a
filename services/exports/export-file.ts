import { timeFormat } from '../time/time-format.ts'
import { fileName } from '../../connectors/form/file-name.ts'
import { list, tableOfRows, type IntervalForm } from '../../connectors/form/interval-form.ts'
import type { IdentityNeeds } from '../../connectors/identities.ts'
import type { IdentityTable } from '../../schemas/events/identities.ts'
import type { LateData } from '../../connectors/connector.ts'
import { namesIn } from '../../connectors/mapping/template.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ExportManifest } from '../../schemas/feeds/exports.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import type { Policy } from './plan/due.ts'
import type { FileSettings } from './settings/exports-file.ts'

/** One sort of file that is written: what it is made of, and when. */
export interface ExportFile {
  /** The export, by its name. */
  readonly target: string
  /** Which of its files. */
  readonly name: string
  /** The product. */
  readonly title: string
  /** Whose words it is in; null: a form of the customer's own. */
  readonly connector: string | null
  readonly form: IntervalForm
  readonly policy: Policy
  readonly stretchMinutes: number
  readonly lookBackMs: number
  readonly since: Instant | null
  readonly deliverTo: string | null
  readonly hasManifest: boolean
  /** What the customer says in a file that the product knows agents and queues by; null: what the ledger has. */
  readonly identities: IdentityTable | null
  readonly needs: IdentityNeeds
}

const minuteMs = 60_000

export function policyOf(
  facts: { readonly lateData: LateData; readonly closeDelayMinutes: number },
  own: FileSettings,
): Policy {
  const lateData = own.lateData ?? facts.lateData
  const patienceMinutes = own.patienceMinutes ?? (lateData === 'append once' ? 2 * 24 * 60 : 60)
  return {
    lateData,
    closeDelayMs: (own.closeDelayMinutes ?? facts.closeDelayMinutes) * minuteMs,
    patienceMs: patienceMinutes * minuteMs,
    windowMs: own.windowMinutes * minuteMs,
    restateEveryMs: own.restateEveryMinutes * minuteMs,
  }
}

/** What one file is of where nobody says: an interval; or a day, where the files of a day would have one name. */
export function stretchMinutesOf(form: IntervalForm): number {
  return hasNamesApart(form, form.intervalMinutes) ? form.intervalMinutes : 1440
}

/** Whether files of stretches of this length have names of their own; if not, each would take the place of the last. */
export function hasNamesApart(form: IntervalForm, stretchMinutes: number): boolean {
  const lengthMs = stretchMinutes * minuteMs
  const nobody = { queue: null, agent: null }
  const names = [0, 1, 2].map((index) =>
    fileName(
      { ...form, zone: 'UTC' },
      {
        ...{ target: 'x', intervalMs: lengthMs, rows: [], writtenAt: 0 },
        span: { from: index * lengthMs, to: (index + 1) * lengthMs },
      },
      nobody,
    ),
  )
  return new Set(names).size === names.length
}

/** Whether some column tells the hour that comes twice apart. */
export function tellsTwiceApart({ columns }: IntervalForm): boolean {
  return columns.some(({ time }) => time !== undefined && timeFormat(time)?.isUnique === true)
}

export function tableOf({ rows }: IntervalForm): (typeof tableOfRows)[IntervalForm['rows']] {
  return tableOfRows[rows]
}

/** The metrics that a form is made of, in the order of the catalogue. */
export function metricsIn(form: IntervalForm): readonly Metric[] {
  const all: readonly Metric[] = intervalMetrics[tableOf(form)]
  const asked = new Set(
    form.columns.flatMap(({ metric, minus, per }) => [metric, minus, per].flatMap(list)),
  )
  return all.filter(({ name }) => asked.has(name))
}

/** Which interval a contact is counted in: as the metrics of the form count it. */
export function attributionOf(form: IntervalForm): ExportManifest['attribution'] {
  const kinds = new Set(
    metricsIn(form)
      // An entry is event and arrival at once.
      .filter(({ name, attribution }) => name !== 'offered_count' && attribution !== 'observed')
      .map(({ attribution }) => conventions[attribution]),
  )
  const [only = 'none'] = kinds
  return kinds.size > 1 ? 'mixed' : only
}

const conventions = {
  ...({ event: 'end', observed: 'end', arrival: 'arrival', overlap: 'interval' } as const),
}

/** What has to be known of agents and queues before their rows can go. */
export function needsOf(form: IntervalForm, isSidLogon: boolean): IdentityNeeds {
  const texts = [form.file, ...form.columns.map(({ text = '' }) => text)]
  const asked = new Set(texts.flatMap(namesIn))
  return { numbers: asked.has('queue.number'), logons: asked.has('agent.logon') && !isSidLogon }
}
