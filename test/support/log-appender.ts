import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openSpool } from '../../services/log/spool.ts'
import { logAddressSchema, openLog, type LogAddress } from './log-place.ts'
import { numbered } from './log-records.ts'

/**
 * Appends the numbers from 0 on in another process, kills it with SIGKILL once `atLeast` are acknowledged, and answers
 * how many were. With a folder for a spool, it appends to that, in front of the log.
 */
export async function killedWhileAppending(
  address: LogAddress,
  atLeast: number,
  spoolFolder = '',
): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), JSON.stringify(address), spoolFolder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  let acknowledged = 0
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line)
    if (acknowledged >= atLeast) child.kill('SIGKILL')
  }
  await exited
  return acknowledged
}

/** Each line that leaves this process is a promise: so many records, from 0 on, are durable. */
async function appendForEver(address: LogAddress, spoolFolder: string): Promise<void> {
  const log = await openLog(address)
  const appender = spoolFolder === '' ? log : await openSpool({ folder: spoolFolder, log })
  const batch = 7
  const inFlight: Promise<unknown>[] = []
  for (let first = 0; ; first += batch) {
    inFlight.push(appender.append('ledgerline.tasks', numbered(first, batch)))
    if (inFlight.length < 20) continue
    await inFlight.shift()
    writeSync(1, `${first + batch - inFlight.length * batch}\n`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , address = '', spoolFolder = ''] = process.argv
  await appendForEver(logAddressSchema.parse(JSON.parse(address)), spoolFolder)
}
