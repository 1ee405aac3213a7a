import { randomUUID } from 'node:crypto'
import type { Job } from '../../schemas/feeds/operations.ts'
import type { RebuildProgress } from '../runner/rebuild.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { failureCode, rounded } from './operations-work.ts'
import { ProblemAnswer } from './problem.ts'

export interface JobsOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Why no work can begin now; null if it can. */
  readonly refusal: () => string | null
  /** Throws away what work that did not end has left behind for the next. */
  readonly discard: () => Promise<void>
}

/** Work of hours: it goes on when whoever asked for it has left, and others can look how far it is. One at a time. */
export interface Jobs {
  /** Starts a job; if the same work is under way already, that is it. Throws a problem where it cannot. */
  start(asked: Asked, run: JobRun): Job
  /** The one that is under way, or the last that was; null if there was none since the start of the process. */
  latest(): Job | null
  /** Ends the job and discards what it has left; without one discards what an earlier process has left. */
  stop(): Promise<Job | null>
  /** Breaks the job off, so that it can be gone on with later, and waits for it. */
  close(): Promise<void>
}

/** What tells whether two ask for the same. */
export type Asked = Pick<Job, 'work'> & Partial<Pick<Job, 'from'>>

export type JobRun = (onProgress: (progress: RebuildProgress) => void) => Promise<unknown>

export function createJobs({ clock, logger, refusal, discard }: JobsOptions): Jobs {
  let latest: Job | null = null
  let done: Promise<void> = Promise.resolve()
  let stopping = new AbortController()

  function start({ work, from = null }: Asked, run: JobRun): Job {
    if (latest !== null && isUnderWay(latest)) {
      const isSame = latest.work === work && latest.from === from
      if (isSame && latest.state === 'running') return latest
      throw new ProblemAnswer(409, `a ${nameOf(latest)} is ${latest.state}`)
    }
    const reason = refusal()
    if (reason !== null) throw new ProblemAnswer(409, reason)
    stopping = new AbortController()
    const job: Job = {
      id: randomUUID(),
      ...{ work, from },
      state: 'running',
      startedAt: clock.now(),
      endedAt: null,
      phase: '',
      progress: null,
      result: null,
      error: null,
    }
    latest = job
    const { signal } = stopping
    // What somebody is throwing away must be gone before it is made again.
    done = done.then(() => runOne(job, run, signal))
    return job
  }

  async function runOne(job: Job, run: JobRun, stopped: AbortSignal): Promise<void> {
    const { id, work } = job
    logger.info({ work, job: id }, 'work begins')
    let now = job
    const change = (changes: Partial<Job>) => {
      now = { ...now, ...changes }
      latest = now
    }
    try {
      const result = await orDiscarded(stopped, () =>
        run(({ phase, ...progress }) => {
          stopped.throwIfAborted()
          const state = latest?.state ?? 'running'
          change({ phase, progress: rounded(progress), state })
        }),
      )
      change({ state: 'done', result, endedAt: clock.now() })
      logger.info({ work, job: id, ms: clock.now() - job.startedAt }, 'work is done')
    } catch (error) {
      const isStopped = stopped.aborted && error === stopped.reason
      const code = isStopped ? 'STOPPED' : failureCode(error)
      const detail = error instanceof Error ? error.message : ''
      const state = isStopped ? 'stopped' : 'failed'
      change({ state, error: { code, detail }, endedAt: clock.now() })
      logger.warn({ work, job: id, code, ms: clock.now() - job.startedAt }, 'work has ended early')
    }
  }

  /** What ends by request leaves nothing behind; should it do so all the same, that is a failure. */
  async function orDiscarded(stopped: AbortSignal, run: () => Promise<unknown>): Promise<unknown> {
    try {
      return await run()
    } catch (error) {
      if (stopped.reason === byRequest) await discard()
      throw error
    }
  }

  return {
    start,
    latest: () => latest,
    async stop() {
      if (latest === null || !isUnderWay(latest)) {
        const reason = refusal()
        if (reason !== null) throw new ProblemAnswer(409, reason)
        const discarded = done.then(discard)
        done = discarded.catch(() => undefined) // whoever asked for it is told, below
        await discarded
        return latest
      }
      latest = { ...latest, state: 'stopping' }
      stopping.abort(byRequest)
      return latest
    },
    async close() {
      stopping.abort(new Error('the hub is closing; ask again later, and it goes on from here'))
      await done
    },
  }
}

const byRequest = new Error('somebody has asked for its end')

function nameOf({ work, from }: Job): string {
  return from === null ? work : `${work} from ${from}`
}

function isUnderWay({ state }: Job): boolean {
  return state === 'running' || state === 'stopping'
}
