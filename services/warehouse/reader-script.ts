import { defaultReaderLimits } from './engine/dress.ts'
import { quoteName } from './sql-tokens.ts'

/** A setting of whoever reads on a ClickHouse server, and how far he may change it. */
export interface ReaderSetting {
  readonly name: string
  readonly value: number
  /** He may set less, and never 0: to ClickHouse that is no limit at all. */
  readonly isLimit: boolean
}

/** The same limits as the embedded engine's. */
export const readerSettings: readonly ReaderSetting[] = [
  // 2, not 1: Grafana, JDBC and others set how they want their answers; no write and no lifting of these limits is in it.
  { name: 'readonly', value: 2, isLimit: false },
  { name: 'max_execution_time', value: defaultReaderLimits.executionSecondsMax, isLimit: true },
  { name: 'max_result_rows', value: defaultReaderLimits.resultRowsMax, isLimit: true },
  { name: 'max_result_bytes', value: defaultReaderLimits.resultBytesMax, isLimit: true },
  { name: 'max_memory_usage', value: defaultReaderLimits.memoryBytesMax, isLimit: true },
  // Whoever leaves, as after Ctrl-C, wants no answer any more.
  { name: 'cancel_http_readonly_queries_on_client_close', value: 1, isLimit: false },
]

/** How much in an hour: generous for people and panels, too little for a script that has gone wild. */
export const readerQuota = { queries: 20_000, executionSeconds: 7_200 } as const

/** Stands where the password belongs, so that a script which nobody has looked at sets none that anybody knows. */
export const passwordPlace = 'PUT A PASSWORD HERE'

/**
 * What an administrator runs on a ClickHouse server, once, so that people and dashboards read as a user of their own. The
 * hub cannot do it by itself: its own user need not be allowed to make others.
 */
export function readerScript(database: string, user: string): string {
  const name = quoteName(user)
  const profile = quoteName(`${user}_of_${database}`)
  const settings = readerSettings.map((one) => `    ${settingSql(one)}`).join(',\n')
  const { queries, executionSeconds } = readerQuota
  return `-- The read-only user of Ledgerline: may read its database, for so long and so much.
-- Run it as an administrator, with a password in its place.
CREATE SETTINGS PROFILE OR REPLACE ${profile} SETTINGS
${settings};
CREATE USER OR REPLACE ${name}
    IDENTIFIED WITH sha256_password BY '${passwordPlace}'
    SETTINGS PROFILE ${profile};
CREATE QUOTA OR REPLACE ${profile}
    FOR INTERVAL 1 hour MAX queries = ${queries}, execution_time = ${executionSeconds}
    TO ${name};
GRANT SELECT ON ${quoteName(database)}.* TO ${name};
`
}

function settingSql({ name, value, isLimit }: ReaderSetting): string {
  return isLimit ? `${name} = ${value} MIN 1 MAX ${value}` : `${name} = ${value}`
}
