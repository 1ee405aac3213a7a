export type CodecErrorCode = 'SCHEMA_UNKNOWN' | 'RECORD_BROKEN' | 'RECORD_TOO_LARGE'

/**
 * Bytes that cannot become a record, or a record that cannot become bytes. It is about the data, so trying again is of
 * no use: who reads a topic puts the bytes among the dead letters and goes on.
 */
export class CodecError extends Error {
  readonly code: CodecErrorCode
  readonly retryable = false

  constructor(code: CodecErrorCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, { cause })
    this.name = 'CodecError'
    this.code = code
  }
}
