import type { Job, WorkProgress } from '../../schemas/feeds/operations.ts'
import type { Terminal } from './terminal.ts'

export interface ProgressLine {
  show(text: string): void
  /** Leaves a clean line behind. */
  end(): void
}

/** On a terminal one line that is written over; else, as in a log file, a line now and then. */
export function createProgressLine(terminal: Terminal): ProgressLine {
  let shownAt = -Infinity
  let isOpen = false
  return {
    show(text) {
      if (terminal.isInteractive) {
        terminal.err(`\r${text}\u001b[K`)
        isOpen = true
        return
      }
      if (Date.now() - shownAt < quietMs) return
      shownAt = Date.now()
      terminal.err(`${text}\n`)
    },
    end() {
      if (isOpen) terminal.err('\r\u001b[K')
      isOpen = false
    },
  }
}

const quietMs = 5_000

export function describeProgress(what: string, progress: WorkProgress): string {
  const { done, total, recordsPerSecond, secondsLeft } = progress
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total)
  const rate = `${recordsPerSecond.toLocaleString('en-US')} records/s`
  return `${what}: ${percent} % of ${total.toLocaleString('en-US')} records, ${rate}, ${describeSeconds(secondsLeft)} left`
}

/** Of a job in the hub: records while it reads, then tables. */
export function describeJob({ work, state, phase, progress }: Job): string {
  if (progress === null) return `${work}: ${state}`
  if (progress.recordsPerSecond > 0 || phase === 'reading the ledger') {
    return describeProgress(work, progress)
  }
  return `${work}: ${phase}, ${progress.done} of ${progress.total}`
}

export function describeSeconds(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
