import { figure, type Figure } from './figure.ts'
import type { PeakMemory } from './memory.ts'

/** What the hub's process and the engine's held at most, libraries included. */
export function memoryFigures(part: string, { hub, engine }: PeakMemory): readonly Figure[] {
  const note = 'highest resident set'
  return Object.entries({ hub, engine }).map(([name, bytes]) => {
    const value = bytes === null ? null : bytes / 2 ** 20
    return figure({ name: `memory ${part}, ${name}`, value, unit: 'MiB', note })
  })
}
