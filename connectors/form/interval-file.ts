import { timeFormat } from '../../services/time/time-format.ts'
import type { IntervalBatch, IntervalRow, Subject } from '../interval-row.ts'
import type { WriteFault, Written } from '../written.ts'
import { metricCell, nameOf, subjectCell, timeCell, type Made } from './columns.ts'
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
  const faults = [...rowFaults(form, batch)]
  const periods = periodsOf({
    ...{ span: batch.span, baseMs: batch.intervalMs, zone: form.zone },
    ...{ intervalMs: form.intervalMinutes * 60_000, isUnique: isUnique(form) },
  })
  const rows = [...batch.rows, ...quietRows(form, batch)]
  const told = newestNames(rows)
  const groups = new Map<string, Group>()
  const cells = new Map<string, readonly Made[]>()
  for (const [index, row] of rows.entries()) {
    const period = periods.get(row.from)
    if (period === undefined) continue
    const subject = { queue: told.queue(row), agent: told.agent(row) }
    const who = JSON.stringify(subject)
    const own =
      cells.get(who) ??
      form.columns
        .filter(isOfSubject)
        .map((column) => subjectCell(column, subject, batch.target, form))
    if (!cells.has(who)) {
      for (const made of own) {
        if ('fault' in made) {
          faults.push({ index: index < batch.rows.length ? index : null, detail: made.fault })
        }
      }
      cells.set(who, own)
    }
    const texts = own.flatMap((made) => ('cell' in made ? [made.cell] : []))
    const key = JSON.stringify([period.key, texts])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { period, subject, texts, rows: [row] })
    else if (isOneToPeople(group.subject, subject)) group.rows.push(row)
    else
      faults.push({
        index,
        detail: `${nameOf(subject)} comes out as ${nameOf(group.subject)} does`,
      })
  }
  const made = [...groups.values()].toSorted(inOrder).map((group) => lineOf(form, group))
  const all = [...faults, ...made.flatMap(({ faults }) => faults)]
  if (all.length > 0) return { kind: 'refused', faults: all }
  return documentsOf(
    form,
    batch,
    made.map(({ line }) => line),
  )
}

interface Group {
  readonly period: Period
  readonly subject: Subject
  readonly texts: readonly Cell[]
  readonly rows: IntervalRow[]
}

function lineOf(
  form: IntervalForm,
  { period, subject, texts, rows }: Group,
): { readonly line: Line; readonly faults: readonly WriteFault[] } {
  const values = rolledUp(rows, period)
  const ofSubject = texts.values()
  const made = form.columns.map((column): Made => {
    if (column.metric !== undefined) return metricCell(column, values)
    if (column.time !== undefined) return { cell: timeCell(column, period, form.intervalMinutes) }
    return { cell: ofSubject.next().value ?? '' }
  })
  return {
    line: { subject, cells: made.map((one) => ('cell' in one ? one.cell : '')) },
    faults: made.flatMap((one) =>
      'fault' in one ? [{ index: null, detail: `${one.fault}, of ${nameOf(subject)}` }] : [],
    ),
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
    for (const { queue, agent } of batch.everybody) {
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
