import type { IntervalBatch, Subject } from '../interval-row.ts'
import type { WriteFault, Written, WrittenDocument } from '../written.ts'
import { filledBody, nested, type Body } from './body.ts'
import { csvText, type Cell } from './csv.ts'
import { fileName, isFileName, isOfSubjects } from './file-name.ts'
import type { IntervalForm } from './interval-form.ts'
import { xmlText } from './xml.ts'

/** A row as it will be written. */
export interface Line {
  readonly subject: Subject
  readonly cells: readonly Cell[]
}

const nobody: Subject = { queue: null, agent: null }

/** Lines as files or messages: one for each name, no longer than the form lets them be. */
export function documentsOf(
  form: IntervalForm,
  batch: IntervalBatch,
  lines: readonly Line[],
): Written {
  const byName = new Map<string, Line[]>()
  if (!isOfSubjects(form)) byName.set(fileName(form, batch, nobody), [...lines])
  else {
    const names = new Map<string, string>()
    for (const line of lines) {
      const who = JSON.stringify(line.subject)
      const name = names.get(who) ?? fileName(form, batch, line.subject)
      names.set(who, name)
      const own = byName.get(name)
      if (own === undefined) byName.set(name, [line])
      else own.push(line)
    }
  }
  const documents = [...byName].flatMap(([name, own]) =>
    parts(own, form.rowsMax).map((part, index): WrittenDocument => ({
      name: name.replaceAll('{part}', String(index + 1)),
      contentType: contentTypes[form.format.kind],
      text: textOf(form, batch, part),
      rows: part.length,
    })),
  )
  const faults = documents.flatMap(({ name }): readonly WriteFault[] =>
    isFileName(name)
      ? []
      : [{ index: null, detail: `${JSON.stringify(name)} is no name of a file` }],
  )
  if (faults.length > 0) return { kind: 'refused', faults }
  return {
    kind: 'written',
    documents: documents.filter(({ rows }) => rows > 0 || form.empty === 'write'),
  }
}

const contentTypes = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  'json-lines': 'application/x-ndjson',
  xml: 'application/xml; charset=utf-8',
} as const

function textOf(
  { format, columns }: IntervalForm,
  batch: IntervalBatch,
  lines: readonly Line[],
): string {
  const names = columns.map(({ name }) => name)
  if (format.kind === 'csv') {
    return csvText(
      names,
      lines.map(({ cells }) => cells),
      format,
    )
  }
  const rows = lines.map(({ cells }) => nested(names.map((name, at) => [name, cells[at] ?? null])))
  if (format.kind === 'json-lines') return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const body = filledBody(format.body, (name) => bodyValue(name, rows, batch))
  return format.kind === 'xml'
    ? xmlText(body, format.indent)
    : `${JSON.stringify(body, null, format.indent)}\n`
}

/** What may stand in braces in the body around rows. */
export const bodyPlaceholders = ['rows', 'count', 'target', 'from', 'to', 'created'] as const

function bodyValue(name: string, rows: readonly Body[], batch: IntervalBatch): Body {
  const iso = (at: number) => new Date(at).toISOString()
  switch (name) {
    case 'rows':
      return [...rows]
    case 'count':
      return rows.length
    case 'target':
      return batch.target
    case 'from':
      return iso(batch.span.from)
    case 'to':
      return iso(batch.span.to)
    case 'created':
      return iso(batch.writtenAt)
    default:
      return null
  }
}

function parts<T>(items: readonly T[], max = Infinity): readonly (readonly T[])[] {
  if (items.length <= max) return [items]
  return Array.from({ length: Math.ceil(items.length / max) }, (_, index) =>
    items.slice(index * max, (index + 1) * max),
  )
}
