import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { HubProcess } from './hub-process.ts'

/** How great it was, at the most, while somebody watched. */
export interface Watched {
  readonly residentBytesMax: number
  readonly outboxBytesMax: number
  readonly statesWaitingMax: number
  readonly looks: number
}

/** Looks at a hub every few seconds: its memory, its outbox on the disk, and how many states wait in it for one target. */
export function watchHub(hub: HubProcess, dataFolder: string, target: string) {
  let watched: Watched = {
    ...{ residentBytesMax: 0, outboxBytesMax: 0, statesWaitingMax: 0, looks: 0 },
  }
  let failure: unknown = null
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = look().catch((error: unknown) => void (failure ??= error))
  }, everyMs)

  async function look(): Promise<void> {
    const metrics = await metricsOf(hub)
    const resident = metrics.get('ledgerline_process_resident_memory_bytes')
    const waiting = metrics.get(`ledgerline_delivery_waiting{target="${target}",kind="states"}`)
    if (resident === undefined || waiting === undefined) throw new Error('it does not tell')
    watched = {
      residentBytesMax: Math.max(watched.residentBytesMax, resident),
      outboxBytesMax: Math.max(watched.outboxBytesMax, await outboxBytes(dataFolder)),
      statesWaitingMax: Math.max(watched.statesWaitingMax, waiting),
      looks: watched.looks + 1,
    }
  }

  return {
    async stop(): Promise<Watched> {
      clearInterval(timer)
      await looking
      if (failure !== null) throw new Error('the hub could not be watched', { cause: failure })
      return watched
    },
  }
}

/** By name and labels, as they stand in the text. */
export async function metricsOf({ url }: HubProcess): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))] as const
    }),
  )
}

/** With what is written ahead. */
async function outboxBytes(dataFolder: string): Promise<number> {
  const file = join(dataFolder, 'delivery/delivery.sqlite')
  const sizes = [file, `${file}-wal`].map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

const everyMs = 5_000
