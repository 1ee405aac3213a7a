import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { systemClock } from '../../services/runtime/clock.ts'
import {
  documentOf,
  openDispatchPlace,
  stateOf,
  target,
} from '../services/delivery/dispatch-place.ts'

const sendingSchema = z.object({
  folder: z.string(),
  url: z.string(),
  /** It puts documents up to this number, and a state of each agent with each; then it waits until all have left. */
  last: z.int(),
  agents: z.int(),
})

export type Sending = z.infer<typeof sendingSchema>

/**
 * Puts documents and states in another process, from where the one before was, and kills it with SIGKILL once `atLeast` more
 * are put; infinite: lets it end. Answers the number of the last document that is put for certain.
 */
export async function killedWhileSending(sending: Sending, atLeast: number): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), JSON.stringify(sending)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  let [lines, put] = [0, 0]
  for await (const line of createInterface({ input: child.stdout })) {
    put = Number(line)
    if (++lines >= atLeast) child.kill('SIGKILL')
  }
  await exited
  if (atLeast === Infinity && child.exitCode !== 0) throw new Error('it ended badly')
  return put
}

async function sendAll({ folder, url, last, agents }: Sending): Promise<void> {
  const place = await openDispatchPlace({
    ...{ folder, url, clock: systemClock, statesMax: 10 },
    policy: { firstDelayMs: 10, delayMaxMs: 50 },
  })
  const { dispatch } = place
  for (let next = Number(dispatch.position(target) ?? 0) + 1; next <= last; next++) {
    const states = Array.from({ length: agents }, (_, agent) => stateOf(agent, next))
    await dispatch.putStates(target, states)
    await dispatch.putDocument(target, documentOf(next), String(next))
    writeSync(1, `${next}\n`)
    // Lets what is put leave meanwhile.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await place.idle()
  await place.close()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , sending = ''] = process.argv
  await sendAll(sendingSchema.parse(JSON.parse(sending)))
}
