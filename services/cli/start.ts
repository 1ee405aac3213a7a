import type { Command } from 'commander'
import { openHub, roles, type Role } from '../main.ts'
import { readConfig, type Config } from '../runtime/config.ts'
import { runEngineAlone } from './engine.ts'
import { CommandFailure } from './failure.ts'
import { checkPortFree } from './ports.ts'
import { untilStopped, type Terminal } from './terminal.ts'

export function addStart(program: Command, terminal: Terminal): void {
  program
    .command('start')
    .description('Run the hub, or some of its roles.')
    .argument('[roles...]', `${roles.join(', ')}, or engine alone; all but engine if none is named`)
    .addHelpText('after', rolesHelp)
    .action(async (names: readonly string[]) => {
      const config = readConfig(terminal.env)
      if (names.includes('engine')) return startEngine(names, config, terminal)
      return startHub(names.map(toRole), config, terminal)
    })
}

const rolesHelp = `
  ingest        takes webhooks in
  projections   keeps the tables in step with the ledger
  api           state, intervals, streams, wallboard
  engine        only the embedded ClickHouse engine, for roles in other processes that
                find it by CLICKHOUSE_URL

Without KAFKA_BROKERS the ledger belongs to one process, so all roles must be in one.`

async function startHub(named: readonly Role[], config: Config, terminal: Terminal): Promise<void> {
  const own = named.length === 0 ? roles : named
  await checkPorts(own, config)
  const hub = await openHub(config, { roles: own })
  const tables = hub.warehouseUrl === '' ? '' : `; ClickHouse at ${hub.warehouseUrl}`
  terminal.out(`ledgerline runs at ${hub.url} (${own.join(', ')})${tables}`)
  try {
    await Promise.race([hub.done, untilStopped(terminal)])
  } finally {
    await hub.close()
  }
}

async function checkPorts(own: readonly Role[], config: Config): Promise<void> {
  await checkPortFree(config.LEDGERLINE_HOST, config.LEDGERLINE_PORT, 'LEDGERLINE_PORT')
  const hasEngine = config.CLICKHOUSE_URL === undefined && own.some((role) => role !== 'ingest')
  if (!hasEngine) return
  const { LEDGERLINE_ENGINE_HOST: host, LEDGERLINE_ENGINE_PORT: port } = config
  await checkPortFree(host, port, 'LEDGERLINE_ENGINE_PORT')
}

async function startEngine(
  names: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<void> {
  if (names.length > 1) {
    throw new CommandFailure(
      'the role engine stands alone: start the others with CLICKHOUSE_URL',
      2,
    )
  }
  await runEngineAlone(config, terminal)
}

function toRole(name: string): Role {
  const role = roles.find((each) => each === name)
  if (role !== undefined) return role
  throw new CommandFailure(`there is no role ${name}: ${roles.join(', ')} or engine`, 2)
}
