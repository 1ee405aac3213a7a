import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Dispatch } from '../delivery/dispatch.ts'
import type { LiveState } from '../live/live-state.ts'
import type { EventLog } from '../log/log.ts'
import { definitionsAt } from '../projections/definitions.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Config } from '../runtime/config.ts'
import type { Logger } from '../runtime/logger.ts'
import { readExportFiles } from './configured-files.ts'
import type { ExportFile } from './export-file.ts'
import { createExportWriter } from './export-writer.ts'
import { createExporter, type Exporter } from './exporter.ts'
import { addIdentityRoutes } from './identity-routes.ts'
import { createIntervalSource } from './interval-source.ts'
import { openExportJournal, type ExportJournal } from './journal.ts'
import { createLedgerIdentities, type LedgerIdentities } from './ledger-identities.ts'
import type { Standing } from './plan/due.ts'
import { addReportRoute } from './report-route.ts'
import { createRounds, startRounds, type Rounds } from './rounds.ts'
import { addExportRoutes } from './routes.ts'
import { addSeriesRoute } from './series-route.ts'
import { standingOf, type StandingOptions } from './standing.ts'

export interface ExportSurroundings extends StandingOptions {
  readonly log: EventLog
  readonly state: Pick<LiveState, 'ledgerTime' | 'details'>
  /** Null: nothing is delivered in this process. */
  readonly dispatch: Dispatch | null
  readonly clock: Clock
  readonly logger: Logger
}

/** Files of intervals as the settings want them. */
export interface Exports {
  readonly files: readonly ExportFile[]
  readonly exporter: Exporter
  readonly rounds: Rounds
  readonly journal: ExportJournal
  readonly identities: LedgerIdentities
  standing(...asked: Parameters<Parameters<typeof createRounds>[0]['standing']>): Promise<Standing>
  close(): Promise<void>
}

/**
 * Null: no files are set. Throws CONFIG_INVALID where the settings are wrong. By themselves files are written once `after`
 * has resolved.
 */
export async function openConfiguredExports(
  config: Config,
  surroundings: ExportSurroundings,
  after: Promise<void>,
): Promise<Exports | null> {
  const { LEDGERLINE_EXPORTS: path, LEDGERLINE_DATA_DIR: data } = config
  if (path === undefined) return null
  const { dispatch } = surroundings
  const kinds = dispatch?.status().map(({ name, kind }) => [name, kind] as const)
  const files = await readExportFiles(path, kinds === undefined ? null : new Map(kinds))
  const exports = openExports(files, join(data, 'delivery'), surroundings)
  const running = startRounds(exports.rounds, surroundings, after)
  return {
    ...exports,
    async close() {
      await running.close()
      await exports.close()
    },
  }
}

/** The same without anybody who looks by the clock. */
export function openExports(
  files: readonly ExportFile[],
  folder: string,
  surroundings: ExportSurroundings,
): Exports {
  const { log, warehouse, state, dispatch, clock, logger } = surroundings
  const journal = openExportJournal(folder)
  const identities = createLedgerIdentities(log)
  const source = createIntervalSource(warehouse)
  const intervalMs = () => state.ledgerTime().intervalMs
  const writer = createExportWriter({ source, identities, clock, intervalMs })
  const exporter = createExporter({
    ...{ source, writer, journal, dispatch, clock, intervalMs },
    definitionsVersion: (at) => definitionsAt(state.details().knowledge(), at).version,
  })
  const standing: Exports['standing'] = (table, span) =>
    standingOf(surroundings, table, span, clock.now())
  const rounds = createRounds({ files, exporter, journal, standing, clock, logger })
  return {
    ...{ files, exporter, rounds, journal, identities, standing },
    close() {
      journal.close()
      return Promise.resolve()
    },
  }
}

export type AddRoutes = (scope: FastifyInstance) => void

/** The routes of exports, also where there are none: then they say so; identities and series are of every ledger. */
export function exportRoutes(
  exports: Exports | null,
  surroundings: Omit<ExportSurroundings, 'dispatch'>,
): AddRoutes {
  const { log, clock, logger } = surroundings
  const identities = exports?.identities ?? createLedgerIdentities(log)
  return (scope) => {
    addExportRoutes(scope, { exports, clock, logger })
    addReportRoute(scope, { exports, clock, logger })
    addSeriesRoute(scope, surroundings)
    addIdentityRoutes(scope, { identities, clock, logger })
  }
}
