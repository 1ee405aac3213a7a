import type { ExplainedStretch } from '../../schemas/feeds/explained-stretch.ts'
import { textTable } from './text-table.ts'

/** What is added up in a number of adherence, a line a stretch, and below each line what makes it count. */
export function describeStretches(stretches: readonly ExplainedStretch[]): readonly string[] {
  if (stretches.length === 0) return []
  const rows = stretches.map((one) => [
    ...[one.from, one.to, String(one.ms), one.planned ?? '–', one.actual ?? '–', one.standing],
    reasonsOf(one).join('; '),
  ])
  return ['', textTable(['from', 'to', 'ms', 'planned', 'actual', 'counts as', 'because'], rows)]
}

function reasonsOf(stretch: ExplainedStretch): readonly string[] {
  const { plan, exceptions, state, mapped, run, gaps, definitions } = stretch
  return [
    plan === null ? 'no plan was read of it' : planOf(plan),
    ...exceptions.map(({ kind, code, exception, event, ...own }) =>
      [kind, ...(code === null ? [] : [code]), ...[spanOf(own), `by ${exception} (${event})`]].join(
        ' ',
      ),
    ),
    state === null
      ? 'nothing is known of the agent'
      : `${state.state} in ${state.activityName} ${spanOf(state)}`,
    ...(mapped === null
      ? []
      : [
          `${mapped.target} is told ${mapped.code} by version ${mapped.version}, ${rulesOf(mapped)}`,
        ]),
    ...(run === null
      ? []
      : [`out of adherence ${spanOf(run)}, grace ${run.graceMs} ms ${run.graceMode}`]),
    ...gaps.map(({ source, worker, ...own }) =>
      [`a gap of ${source}`, ...(worker === null ? [] : [`for ${worker}`]), spanOf(own)].join(' '),
    ),
    `definitions ${definitions}`,
  ]
}

function planOf({ segment, event, readAt }: NonNullable<ExplainedStretch['plan']>): string {
  const by = `by ${event}, read ${readAt}`
  if (segment === null) return `nothing planned ${by}`
  return `${segment.code}${segment.tracked ? '' : ', not measured,'} ${spanOf(segment)} ${by}`
}

function rulesOf({ rules }: NonNullable<ExplainedStretch['mapped']>): string {
  return rules.length === 0 ? 'no rule' : rules.join(' and ')
}

function spanOf({ from, to }: { readonly from: string; readonly to: string | null }): string {
  return `from ${from} ${to === null ? 'on' : `to ${to}`}`
}
