import { pino, type Logger } from 'pino'

export type { Logger }

/**
 * Lines of JSON on standard error, fields first, then a constant sentence. No body, attribute, name, address or
 * token of anyone is ever a field: what may be logged are ids, types, counts, positions and reasons.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
}

export const silentLogger: Logger = pino({ level: 'silent' })
