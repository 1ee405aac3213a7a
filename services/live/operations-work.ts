import { PassThrough } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { WorkProgress } from '../../schemas/feeds/operations.ts'
import type { ReplayProgress } from '../runner/replay.ts'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { workRate } from '../runtime/work-rate.ts'
import { sendProblem } from './problem.ts'

export interface WorkContext {
  /** Throws when the work is no longer wanted: that is what ends it. */
  readonly onProgress: (progress: ReplayProgress) => void
  /** Aborts when the work is no longer wanted, for work that waits. */
  readonly signal: AbortSignal
}

export interface LongWork {
  /** Answers with lines of JSON: progress, then a result or an error. One at a time; another is turned away with 409. */
  run(
    name: string,
    reply: FastifyReply,
    work: (context: WorkContext) => Promise<unknown>,
  ): FastifyReply
  /** Breaks off what is under way and waits for it. */
  close(): Promise<void>
}

export interface LongWorkOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Why no work can begin now; null if it can. */
  readonly refusal: () => string | null
}

/** A person reads the lines. */
const lineGapMs = 250

export function createLongWork({ clock, logger, refusal }: LongWorkOptions): LongWork {
  let underWay: { readonly name: string; readonly done: Promise<void> } | null = null
  const closing = new AbortController()

  function run(
    name: string,
    reply: FastifyReply,
    work: (context: WorkContext) => Promise<unknown>,
  ): FastifyReply {
    const reason = underWay === null ? refusal() : `a ${underWay.name} is under way`
    if (reason !== null) return sendProblem(reply, 409, reason)
    const lines = new PassThrough()
    // Whoever asked is gone. Nobody would see the result, and a second try would be turned away.
    const gone = new AbortController()
    lines.on('close', () => gone.abort())
    lines.on('error', () => gone.abort())
    const stopped = AbortSignal.any([closing.signal, gone.signal])
    underWay = { name, done: runOne(name, lines, stopped, work) }
    return reply.type('application/x-ndjson').header('cache-control', 'no-store').send(lines)
  }

  async function runOne(
    name: string,
    lines: PassThrough,
    stopped: AbortSignal,
    work: (context: WorkContext) => Promise<unknown>,
  ): Promise<void> {
    const beganAt = clock.now()
    let toldAt = -Infinity
    logger.info({ work: name }, 'work begins')
    try {
      const result = await work({
        signal: stopped,
        onProgress(progress) {
          stopped.throwIfAborted()
          const now = clock.now()
          if (now - toldAt < lineGapMs && progress.done < progress.total) return
          toldAt = now
          write(lines, rounded(progress))
        },
      })
      logger.info({ work: name, ms: clock.now() - beganAt }, 'work is done')
      write(lines, { result })
    } catch (error) {
      const code = stopped.aborted ? 'STOPPED' : failureCode(error)
      logger.warn({ work: name, code, ms: clock.now() - beganAt }, 'work has failed')
      write(lines, { error: { code, detail: error instanceof Error ? error.message : '' } })
    } finally {
      underWay = null
      lines.end()
    }
  }

  return {
    run,
    async close() {
      closing.abort(new Error('the hub is closing'))
      await underWay?.done
    },
  }
}

function write(lines: PassThrough, line: unknown): void {
  if (lines.writable) lines.write(`${JSON.stringify(line)}\n`)
}

/** What has gone wrong, in a word. */
export function failureCode(error: unknown): string {
  return error instanceof LedgerlineError ? error.code : 'INTERNAL'
}

/** For people: whole records and seconds. */
export function rounded({
  done,
  total,
  recordsPerSecond,
  secondsLeft,
}: ReplayProgress): WorkProgress {
  return {
    ...{ done, total },
    recordsPerSecond: Math.round(recordsPerSecond),
    secondsLeft: Math.round(secondsLeft),
  }
}

/** Told as it goes, with how long it may still take. */
export function progressBy({ onProgress }: WorkContext, now: () => number) {
  const beganAt = now()
  return (done: number, total: number) =>
    onProgress({ done, total, ...workRate(done, total - done, now() - beganAt) })
}
