import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageRoot } from '../services/runtime/package-root.ts'
import type { Figure } from './figure.ts'

const head = ['figure', 'measured', 'bare limit', 'ratio', 'note']

/** All figures as one table, numbers to the right. */
export function reportTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, bare, ratio, note }) => [
    name,
    value === null ? 'unknown here' : `${amount(value)} ${unit}`,
    bare === null ? '' : `${amount(bare)} ${unit}`,
    ratio === null ? '' : ratioText(ratio, unit),
    note,
  ])
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  return [head, ...rows]
    .map((row) =>
      row
        .map((text, column) => {
          const width = widths[column] ?? 0
          return column === 0 || column === 4 ? text.padEnd(width) : text.padStart(width)
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Writes the whole run as JSON, in a file named for its time; answers the file. */
export async function writeResult(result: object, at: Date): Promise<string> {
  const folder = join(packageRoot, 'bench', 'results')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${at.toISOString().replaceAll(':', '-')}.json`)
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`)
  return file
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 100 ? 1 : 0 })
}

function ratioText(ratio: number, unit: Figure['unit']): string {
  return unit === 'ms' || unit === 'µs/event'
    ? `× ${ratio.toFixed(1)}`
    : `${(ratio * 100).toFixed(1)} %`
}
