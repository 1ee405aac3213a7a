import type { WriteFault } from '../../connectors/written.ts'

/** The first of them; a file of thousands of rows may have a fault in each. */
export function shownFaults(faults: readonly WriteFault[]) {
  return faults.slice(0, 20).map(({ index, detail }) => ({ row: index, detail }))
}
