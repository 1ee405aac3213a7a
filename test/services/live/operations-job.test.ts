import { expect, test } from 'vitest'
import { createJobs, type Jobs, type JobRun } from '../../../services/live/operations-job.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { until } from '../../support/until.ts'

const jobsThat = (discard: () => Promise<void>) =>
  createJobs({ clock: systemClock, logger: silentLogger, refusal: () => null, discard })

const becomes = (jobs: Jobs, state: string) =>
  until(`the job is ${state}`, () => jobs.latest()?.state === state, {
    seen: () => JSON.stringify(jobs.latest()),
    forMs: 10_000,
  })

/** Tells how far it is until somebody ends it. */
const endless: JobRun = async (onProgress) => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    onProgress({
      ...{ phase: 'reading the ledger', done: 1, total: 2 },
      ...{ recordsPerSecond: 1, secondsLeft: 1 },
    })
  }
}

test('what a stopped job has left and could not be thrown away is a failure, after which another may begin', async () => {
  const jobs = jobsThat(() => Promise.reject(new Error('the disk is full')))
  jobs.start({ work: 'verify' }, endless)
  await jobs.stop()
  await becomes(jobs, 'failed')
  expect(jobs.latest()?.error).toEqual({ code: 'INTERNAL', detail: 'the disk is full' })
  expect(jobs.start({ work: 'rebuild' }, () => Promise.resolve('rows')).state).toBe('running')
  await becomes(jobs, 'done')
  expect(jobs.latest()?.result).toBe('rows')
})

test('a job begins when what an earlier one has left is gone, whether or not that went well', async () => {
  const told: string[] = []
  let fail: (reason: Error) => void = () => undefined
  const jobs = jobsThat(() => {
    told.push('discards')
    return new Promise((_resolve, reject) => (fail = reject))
  })
  const stopped = jobs.stop()
  jobs.start({ work: 'rebuild' }, () => Promise.resolve(told.push('begins')))
  await until('it is thrown away', () => told.length > 0, {
    seen: () => told.join(),
    forMs: 10_000,
  })
  expect(told).toEqual(['discards'])
  fail(new Error('the disk is full'))
  await expect(stopped).rejects.toThrow('the disk is full')
  await becomes(jobs, 'done')
  expect(told).toEqual(['discards', 'begins'])
})

test('a rebuild from another month is not the one that is under way', async () => {
  const jobs = jobsThat(() => Promise.resolve())
  const { id } = jobs.start({ work: 'rebuild', from: '2026-03-01' }, endless)
  expect(jobs.start({ work: 'rebuild', from: '2026-03-01' }, endless).id).toBe(id)
  for (const from of ['2026-02-01', null]) {
    const other = () => jobs.start({ work: 'rebuild', from }, endless)
    expect(other).toThrow('a rebuild from 2026-03-01 is running')
  }
  await jobs.close()
})
