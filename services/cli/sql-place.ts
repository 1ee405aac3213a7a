import type { Config } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'
import type { Terminal } from './terminal.ts'
import { withOwnHub } from './with-hub.ts'

/** Where people ask in SQL, and as whom: never as the hub, which may write. */
export interface SqlPlace {
  readonly url: string
  readonly database: string
  readonly user: string
  readonly password: string
  /** It is the embedded engine of a hub, as far as the settings say. */
  readonly isEmbedded: boolean
}

/** The place that the settings name, whether anybody is there or not. */
export function sqlPlace(config: Config): SqlPlace {
  const { CLICKHOUSE_URL: server, CLICKHOUSE_DATABASE: database } = config
  if (server !== undefined) {
    const { CLICKHOUSE_READER_USER: user, CLICKHOUSE_READER_PASSWORD: password } = config
    return { url: withoutLogin(server), database, user, password, isEmbedded: false }
  }
  const { LEDGERLINE_ENGINE_HOST: host, LEDGERLINE_ENGINE_PORT: port } = config
  return {
    // Where the engine listens the hub does: the same words for "everywhere" mean this machine.
    url: hubUrl({ ...config, LEDGERLINE_HOST: host, LEDGERLINE_PORT: port }),
    database,
    user: 'default',
    password: config.LEDGERLINE_ENGINE_READER_PASSWORD ?? '',
    isEmbedded: true,
  }
}

/** Works with the tables where they are: a server's, a running hub's, or those of a hub that is opened for this. */
export async function withTables<T>(
  config: Config,
  terminal: Terminal,
  work: (place: SqlPlace) => Promise<T>,
): Promise<T> {
  const place = sqlPlace(config)
  if (!place.isEmbedded || (await engineAnswers(place))) return work(place)
  const url = hubUrl(config)
  if (await hubAnswers(url)) {
    throw new CommandFailure(
      `the hub at ${url} runs, but no engine answers at ${place.url}: set LEDGERLINE_ENGINE_PORT to its port`,
    )
  }
  terminal.err(`no hub runs at ${url}; opening one for this\n`)
  return withOwnHub(config, terminal, (hub) => work({ ...place, url: hub.warehouseUrl }))
}

/** A login in the address is the hub's own: it is not asked with, and not shown. */
function withoutLogin(server: string): string {
  const url = new URL(server)
  url.username = ''
  url.password = ''
  return url.href.replace(/\/$/, '')
}

const patienceMs = 5_000

async function engineAnswers({ url }: SqlPlace): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/ping', url), { signal: AbortSignal.timeout(patienceMs) })
    return (await answer.text()).startsWith('Ok.')
  } catch {
    return false
  }
}
