import type { OperationsClient } from '../../client/operations.ts'
import type { Job } from '../../schemas/feeds/operations.ts'
import { readConfig } from '../runtime/config.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'
import { createProgressLine, describeJob } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { withHub } from './with-hub.ts'

/**
 * Starts or joins a job of the hub and shows how far it is. Ctrl-C leaves it: a hub that runs goes on with it. `command` is
 * what to type for it.
 */
export async function followJob<T>(
  terminal: Terminal,
  command: string,
  follow: (hub: OperationsClient, onJob: (job: Job) => void) => Promise<T>,
): Promise<T> {
  const config = readConfig(terminal.env)
  const isRunning = await hubAnswers(hubUrl(config))
  const line = createProgressLine(terminal)
  try {
    return await withHub(config, terminal, (hub) =>
      follow(hub, (job) => line.show(describeJob(job))),
    )
  } catch (error) {
    if (!terminal.stopping.aborted) throw error
    line.end()
    terminal.err(
      isRunning
        ? `the hub goes on with it: ledgerline ${command} follows it again, ledgerline ${command} --cancel ends it\n`
        : `ledgerline ${command} goes on from here\n`,
    )
    throw error
  } finally {
    line.end()
  }
}

/** Ends the job of the hub, be it this command's or not, and what one that was cut off has left. */
export async function stopJob(terminal: Terminal): Promise<void> {
  const job = await withHub(readConfig(terminal.env), terminal, (hub) => hub.stopJob())
  terminal.out(
    job?.state === 'stopped'
      ? `the ${job.work} has ended, and what it had read is thrown away`
      : 'nothing was under way; what one that was cut off may have left is thrown away',
  )
}
