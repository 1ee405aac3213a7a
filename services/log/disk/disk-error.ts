import { LedgerlineError } from '../../runtime/errors.ts'

/** SQLite's result codes: https://www.sqlite.org/rescode.html */
const sqliteBusy = 5
const sqliteFull = 13

/** What a failure of SQLite means to those who append. */
export function toLogError(cause: unknown): LedgerlineError {
  if (cause instanceof LedgerlineError) return cause
  const code = primaryCode(cause)
  if (code === sqliteFull) {
    return new LedgerlineError('LOG_FULL', 'the disk is full', { retryable: false, cause })
  }
  const message =
    code === sqliteBusy ? 'another process has this log open' : 'the log cannot be used'
  return new LedgerlineError('LOG_UNAVAILABLE', message, { retryable: false, cause })
}

/** The low byte tells the kind; the rest of an extended code only says more about it. */
function primaryCode(cause: unknown): number | undefined {
  if (!(cause instanceof Error) || !('errcode' in cause)) return undefined
  return typeof cause.errcode === 'number' ? cause.errcode & 0xff : undefined
}
