import type { SqlPlace } from './sql-place.ts'

/** How other tools connect to these tables. No password is told, only where it is. */
export function describeConnections(place: SqlPlace): string {
  const parts = partsOf(place)
  return [...addressLines(place, parts), ...tools(place, parts)].join('\n')
}

interface Parts {
  readonly host: string
  readonly port: string
  readonly isSecure: boolean
}

function partsOf({ url }: SqlPlace): Parts {
  const { protocol, hostname, port } = new URL(url)
  const isSecure = protocol === 'https:'
  return { host: hostname, port: port || (isSecure ? '443' : '80'), isSecure }
}

function addressLines(place: SqlPlace, { host, port, isSecure }: Parts): readonly string[] {
  const { database, user } = place
  return [
    `protocol  ${isSecure ? 'HTTPS' : 'HTTP'}, the one of ClickHouse`,
    `host      ${host}`,
    `port      ${port}`,
    `database  ${database}`,
    `user      ${user}, who may only read`,
    `password  ${passwordHint(place)}`,
  ]
}

/** Which setting has it; its value is nobody's business here. */
function passwordHint({ isEmbedded, password, user }: SqlPlace): string {
  if (isEmbedded) {
    return password === ''
      ? 'none, from this machine; from others set LEDGERLINE_ENGINE_READER_PASSWORD'
      : 'what LEDGERLINE_ENGINE_READER_PASSWORD says'
  }
  if (password !== '') return 'what CLICKHOUSE_READER_PASSWORD says'
  return `that of ${user} at the server; CLICKHOUSE_READER_PASSWORD is not set here`
}

function tools(place: SqlPlace, parts: Parts): readonly string[] {
  const { isEmbedded, database, user } = place
  const { host, port, isSecure } = parts
  const ssl = isSecure ? 'on' : 'off'
  // The embedded engine takes no LZ4 frames and keeps no sessions.
  const jdbcOptions = [...(isSecure ? ['ssl=true'] : []), ...(isEmbedded ? ['compress=false'] : [])]
  const jdbc = `jdbc:clickhouse://${host}:${port}/${database}${query(jdbcOptions)}`
  const pythonOptions = [
    ...(isSecure ? ['secure=true'] : []),
    ...(isEmbedded ? ['compress=false', 'autogenerate_session_id=false'] : []),
  ]
  return [
    ...tool('DBeaver', [
      'new connection: ClickHouse; in "Connect by" choose URL:',
      `  ${jdbc}`,
      `user name ${user}`,
    ]),
    ...tool('Metabase', [
      'add a database: ClickHouse',
      `host ${host}, port ${port}, database ${database}, user name ${user}, SSL ${ssl}`,
      ...(isEmbedded ? ['additional connection string options: compress=false'] : []),
    ]),
    ...tool('Superset', [
      'needs the Python package clickhouse-connect; SQLAlchemy URI:',
      `  clickhousedb://${user}${hasPassword(place) ? ':PASSWORD' : ''}@${host}:${port}/${database}${query(pythonOptions)}`,
    ]),
    ...tool('Grafana', [
      'data source: grafana-clickhouse-datasource',
      `server address ${host}, port ${port}, protocol HTTP, secure connection ${ssl}`,
      `user name ${user}, default database ${database}`,
      'the dashboards of this repository are in dashboards/generated',
    ]),
    ...tool('clickhouse-client', clientLines(place, parts)),
    ...tool('curl', [
      `curl ${hasPassword(place) ? `--user ${user} ` : ''}'${place.url.replace(/\/$/, '')}/?database=${database}' --data-binary 'SHOW TABLES'`,
    ]),
  ]
}

/** It speaks the native protocol, on a port of its own that no setting of the hub names. */
function clientLines({ isEmbedded, database, user }: SqlPlace, parts: Parts): readonly string[] {
  if (isEmbedded) {
    return [
      'cannot connect: it speaks the native protocol, and the embedded engine speaks HTTP only',
      'use: ledgerline sql',
    ]
  }
  const [port, secure] = parts.isSecure ? ['9440', ' --secure'] : ['9000', '']
  return [
    `clickhouse-client --host ${parts.host} --port ${port}${secure} --database ${database} --user ${user} --password`,
    `${port} is the usual port of the native protocol; yours may be another`,
  ]
}

function hasPassword({ isEmbedded, password }: SqlPlace): boolean {
  return !isEmbedded || password !== ''
}

function query(options: readonly string[]): string {
  return options.length === 0 ? '' : `?${options.join('&')}`
}

function tool(name: string, lines: readonly string[]): readonly string[] {
  return ['', name, ...lines.map((line) => `  ${line}`)]
}
