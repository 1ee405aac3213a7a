/** What can go wrong with the world. Tell them apart by code and `retryable`, never by their words. */
export type ErrorCode =
  | 'CONFIG_INVALID'
  | 'LOG_UNAVAILABLE'
  | 'LOG_FULL'
  | 'LOG_RECORD_TOO_LARGE'
  | 'SCHEMA_UNKNOWN'
  | 'WAREHOUSE_UNAVAILABLE'
  | 'WAREHOUSE_QUERY'
  | 'SHARD_LOST'
  | 'HUB_UNREACHABLE'
  | 'TWILIO_UNAVAILABLE'
  | 'TWILIO_REFUSED'
  | 'DELIVERY_FULL'
  | 'DELIVERY_KEY_REUSED'
  | 'EXPORT_TOO_LARGE'

export class LedgerlineError extends Error {
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(`${code}: ${message}`, { cause: options.cause })
    this.name = 'LedgerlineError'
    this.code = code
    this.retryable = options.retryable
  }
}
