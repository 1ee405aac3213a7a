import { dirname } from 'node:path'
import type { Hub } from '../main.ts'
import type { Config } from '../runtime/config.ts'

/** What to open, and what to ask. */
export function describeDemo({ url, warehouseUrl }: Hub, config: Config): readonly string[] {
  const { CLICKHOUSE_DATABASE: database, LEDGERLINE_ENGINE_READER_PASSWORD: password } = config
  const login = password === undefined ? 'user default, no password' : 'user default'
  const auth = password === undefined ? '' : '-u default:PASSWORD '
  return [
    '',
    'Ledgerline runs, with a made-up contact centre that sends it signed webhooks in real time.',
    '',
    `  Wallboard     ${url}/`,
    `  API           ${url}/docs`,
    `  Metrics       ${url}/metrics`,
    `  WFM files     ${dirname(config.LEDGERLINE_EXPORTS ?? '')}  (three products, as intervals close)`,
    `  ClickHouse    ${warehouseUrl}  (database ${database}, ${login}, read-only)`,
    '',
    'Ask it something:',
    '',
    `  curl ${auth}'${warehouseUrl}/?database=${database}' --data-binary "${exampleSql}"`,
    '',
    `Everything is kept in ${config.LEDGERLINE_DATA_DIR}. Ctrl-C ends it.`,
  ]
}

const exampleSql =
  'SELECT channel, interval_start, sum(offered_count) AS offered, sum(answered_count) AS answered, ' +
  'round(sum(wait_answered_ms) / sum(answered_count) / 1000, 1) AS asa_seconds ' +
  'FROM v_queue_intervals GROUP BY ALL ORDER BY ALL FORMAT PrettyCompact'
