import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import { quoted, selected, type Column } from './column.ts'

/** What Grafana makes of the rows: a table as it is, or a line for each number and, where there are texts, for each text. */
export type Shape = 'table' | 'series'

/** A question to ClickHouse with what its columns are. */
export interface Query {
  readonly sql: string
  readonly shape: Shape
  readonly columns: readonly Column[]
}

/** A table of these columns; `rest` is all that follows them. */
export function rowsOf(columns: readonly Column[], rest: string): Query {
  return { shape: 'table', columns, sql: `SELECT\n${selected(columns)}\n${rest}` }
}

/** Lines over time of these columns, beside which `time` is the bucket; `rest` is all that follows them, but for the grouping. */
export function seriesOf(
  columns: readonly Column[],
  time: string,
  rest: string,
  by: readonly Column[] = [],
): Query {
  const groups = ['time', ...by.map(({ label }) => quoted(label))].join(', ')
  return {
    shape: 'series',
    columns,
    sql: `SELECT\n    ${time} AS time,\n${selected([...by, ...columns])}\n${rest}\nGROUP BY ${groups}\nORDER BY time`,
  }
}

/** Whoever looks chooses the data source, so that the same file serves where it is called otherwise. */
export const clickHouse: DataSourceRef = {
  type: 'grafana-clickhouse-datasource',
  uid: '${datasource}',
}

/** The version of the data source that the queries are written for; docker-compose.yml installs it. */
export const pluginVersion = '4.20.0'

export interface ClickHouseTarget extends Dataquery {
  readonly refId: string
  readonly datasource: DataSourceRef
  readonly editorType: 'sql'
  readonly queryType: 'table' | 'timeseries'
  /** What the back end goes by: 0 time series, 1 table. */
  readonly format: 0 | 1
  readonly rawSql: string
  readonly pluginVersion: string
}

/** The query as the data source takes it. */
export function target(
  { sql, shape }: Pick<Query, 'sql' | 'shape'>,
  refId = 'A',
  datasource: DataSourceRef = clickHouse,
): Builder<Dataquery> & { build(): ClickHouseTarget } {
  const isTable = shape === 'table'
  return {
    build: () => ({
      ...{ refId, datasource, editorType: 'sql', pluginVersion },
      ...{ queryType: isTable ? 'table' : 'timeseries', format: isTable ? 1 : 0, rawSql: sql },
      _implementsDataqueryVariant: () => undefined,
    }),
  }
}
