import type { WriteFault } from '../../connectors/written.ts'
import { ProblemAnswer } from '../live/problem.ts'
import { shownFaults } from './shown-faults.ts'

/** What is asked for cannot be written as things are: nothing is, and each reason is told. */
export function refusedNow(faults: readonly WriteFault[]): ProblemAnswer {
  const errors = shownFaults(faults).map(({ row, detail }) => ({
    ...{ field: row === null ? 'rows' : `rows.${row}`, detail },
  }))
  return new ProblemAnswer(409, 'the target would not take such a file, so none is written', errors)
}
