import { HubError } from '../../client/operations.ts'
import { LedgerlineError } from '../runtime/errors.ts'

/** What the caller can do something about; its message is all that is shown. */
export class CommandFailure extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.name = 'CommandFailure'
    this.exitCode = exitCode
  }
}

/** 2: it was called or configured wrongly; 130: it was stopped, as after Ctrl-C; 1: anything else. */
export function exitCodeOf(error: unknown, stopping: AbortSignal): number {
  if (stopping.aborted) return 130
  if (error instanceof CommandFailure) return error.exitCode
  return error instanceof LedgerlineError && error.code === 'CONFIG_INVALID' ? 2 : 1
}

/** One line for a person. */
export function explain(error: unknown): string {
  if (error instanceof CommandFailure) return error.message
  if (error instanceof HubError) {
    return `the hub says: ${error.code === null ? '' : `${error.code}: `}${error.message}`
  }
  const own = error instanceof Error ? error.message : String(error)
  const cause = error instanceof Error ? causeOf(error) : ''
  return oneLine(cause === '' || own.includes(cause) ? own : `${own} (${cause})`)
}

/** The first cause says most: a refused connection rather than a failed query. */
function causeOf(error: Error): string {
  let cause: unknown = error.cause
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  return cause instanceof Error ? cause.message : ''
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').trim()
}
