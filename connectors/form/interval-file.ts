import { timeFormat } from '../../services/time/time-format.ts'
import type { IntervalBatch, IntervalRow, Subject } from '../interval-row.ts'
import type { WriteFault, Written } from '../written.ts'
import { metricCell, nameOf, subjectCell, timeMaker, type Made } from './columns.ts'
import type { Cell } from './csv.ts'
import { documentsOf, type Line } from './documents.ts'
import type { Column, IntervalForm } from './interval-form.ts'
import { periodsOf, rolledUp, type Period } from './periods.ts'
import { rowFaults, spanFault } from './row-faults.ts'

/**
 * Rows in the form of a target. What comes out with equal times and equal texts is one row: the hour that comes twice where
 * the target has no offsets, base intervals of a longer one, queues that are one to the target. Sums, greatest values and
 * stocks become one as the catalogue says. Nothing is left out: where a row cannot be written nothing is, and every reason
 * is told.
 */
export function intervalFile(form: IntervalForm, batch: IntervalBatch): Written {
  const wrong = spanFault(form, batch)
  if (wrong !== null) return { kind: 'refused', faults: [{ index: null, detail: wrong }] }
  const { groups, faults } = groupsOf(form, batch)
  const toLine = lineMaker(form)
  const made = groups.toSorted(inOrder).map(toLine)
  const all = [...rowFaults(form, batch), ...faults, ...made.flatMap(({ faults }) => faults)]
  if (all.length > 0) return { kind: 'refused', faults: all }
  return documentsOf(
    form,
    batch,
    made.map(({ line }) => line),
  )
}

/** Rows that become one. */
interface Group {
  readonly period: Period
  readonly subject: Subject
  readonly texts: readonly Cell[]
  readonly rows: IntervalRow[]
}

function groupsOf(
  form: IntervalForm,
  batch: IntervalBatch,
): { readonly groups: readonly Group[]; readonly faults: readonly WriteFault[] } {
  const periods = periodsOf({
    ...{ span: batch.span, baseMs: batch.intervalMs, zone: form.zone },
    ...{ intervalMs: form.intervalMinutes * 60_000, isUnique: isUnique(form) },
  })
  const rows = [...batch.rows, ...quietRows(form, batch)]
  const told = newestNames(rows)
  const textsOf = textMaker(form, batch)
  const groups = new Map<string, Group>()
  const faults: WriteFault[] = []
  for (const [at, row] of rows.entries()) {
    const period = periods.get(row.from)
    if (period === undefined) continue
    const index = at < batch.rows.length ? at : null
    const subject = { queue: told.queue(row), agent: told.agent(row) }
    const { texts, fault, isFirst } = textsOf(subject)
    if (fault !== null) {
      if (isFirst) faults.push({ index, detail: fault })
      continue
    }
    const key = JSON.stringify([period.key, texts])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { period, subject, texts, rows: [row] })
    else if (isOneToPeople(group.subject, subject)) group.rows.push(row)
    else {
      const detail = `${nameOf(subject)} comes out as ${nameOf(group.subject)} does`
      faults.push({ index, detail })
    }
  }
  return { groups: [...groups.values()], faults }
}

/** What is told of whom a row is about, worked out once for all his rows. */
function textMaker(form: IntervalForm, { target }: IntervalBatch) {
  const columns = form.columns.filter(isOfSubject)
  const known = new Map<
    string,
    { readonly texts: readonly Cell[]; readonly fault: string | null }
  >()
  return (subject: Subject) => {
    const who = JSON.stringify(subject)
    const before = known.get(who)
    if (before !== undefined) return { ...before, isFirst: false }
    const made = columns.map((column) => subjectCell(column, subject, target, form))
    const wrong = made.flatMap((one) => ('fault' in one ? [one.fault] : []))
    const texts = made.flatMap((one) => ('cell' in one ? [one.cell] : []))
    const own = { texts, fault: wrong.length > 0 ? wrong.join('; ') : null }
    known.set(who, own)
    return { ...own, isFirst: true }
  }
}

function lineMaker(form: IntervalForm) {
  const columns = form.columns.map((column) => ({ column, timeOf: timeMaker(column, form) }))
  return ({ period, subject, texts, rows }: Group) => {
    const values = rolledUp(rows, period)
    const ofSubject = texts.values()
    const made = columns.map(({ column, timeOf }): Made => {
      if (column.metric !== undefined) return metricCell(column, values)
      return { cell: timeOf?.(period) ?? ofSubject.next().value ?? '' }
    })
    const line: Line = { subject, cells: made.map((one) => ('cell' in one ? one.cell : '')) }
    const faults = made.flatMap((one): readonly WriteFault[] =>
      'fault' in one ? [{ index: null, detail: `${one.fault}, of ${nameOf(subject)}` }] : [],
    )
    return { line, faults }
  }
}

function isOfSubject({ metric, time }: Column): boolean {
  return metric === undefined && time === undefined
}

/** Whether some column tells the hour that comes twice apart. */
function isUnique({ columns }: IntervalForm): boolean {
  return columns.some(({ time }) => time !== undefined && timeFormat(time)?.isUnique === true)
}

/** Rows of zeros of everybody, where he has none. */
function quietRows(form: IntervalForm, batch: IntervalBatch): readonly IntervalRow[] {
  if (!form.zeroRows || batch.everybody === undefined) return []
  const has = new Set(batch.rows.map((row) => `${row.from} ${keyOf(row)}`))
  const quiet: IntervalRow[] = []
  for (let from = batch.span.from; from < batch.span.to; from += batch.intervalMs) {
    for (const { queue, agent, within } of batch.everybody) {
      if (from < within.from || from + batch.intervalMs > within.to) continue
      if (!has.has(`${from} ${keyOf({ queue, agent })}`))
        quiet.push({ from, queue, agent, values: {} })
    }
  }
  return quiet
}

/** A queue or an agent that is renamed on the way would be two to the target: all its rows bear the newest name. */
function newestNames(rows: readonly IntervalRow[]): {
  readonly queue: (row: IntervalRow) => Subject['queue']
  readonly agent: (row: IntervalRow) => Subject['agent']
} {
  const queues = new Map<string | number, { readonly from: number; readonly name: string }>()
  const agents = new Map<string, { readonly from: number; readonly name: string }>()
  for (const { from, queue, agent } of rows) {
    if (queue !== null) keepNewest(queues, queue.number ?? queue.id, { from, name: queue.name })
    if (agent !== null) keepNewest(agents, agent.logon, { from, name: agent.name })
  }
  return {
    queue: ({ queue }) =>
      queue && { ...queue, name: queues.get(queue.number ?? queue.id)?.name ?? queue.name },
    agent: ({ agent }) => agent && { ...agent, name: agents.get(agent.logon)?.name ?? agent.name },
  }
}

function keepNewest<Key>(
  names: Map<Key, { readonly from: number; readonly name: string }>,
  key: Key,
  told: { readonly from: number; readonly name: string },
): void {
  if ((names.get(key)?.from ?? -Infinity) <= told.from) names.set(key, told)
}

/** Whether two are the same to people who know the target: by number or logon, or by the whole name. */
function isOneToPeople(a: Subject, b: Subject): boolean {
  const isOneQueue =
    a.queue?.name === b.queue?.name ||
    (a.queue?.number != null && a.queue.number === b.queue?.number)
  return isOneQueue && a.agent?.logon === b.agent?.logon
}

function keyOf({ queue, agent }: Subject): string {
  return JSON.stringify([queue?.id, queue?.channel, queue?.direction, agent?.id])
}

/** By time, then by queue, then by agent: numbers as numbers. */
function inOrder(a: Group, b: Group): number {
  return (
    a.period.order - b.period.order ||
    compare(a.subject.queue?.number, b.subject.queue?.number) ||
    compare(a.subject.queue?.name, b.subject.queue?.name) ||
    compare(a.subject.agent?.logon, b.subject.agent?.logon) ||
    compare(JSON.stringify(a.texts), JSON.stringify(b.texts))
  )
}

function compare<T extends string | number>(
  a: T | null | undefined,
  b: T | null | undefined,
): number {
  if (a == null || b == null) return Number(a != null) - Number(b != null)
  return a < b ? -1 : a > b ? 1 : 0
}
