import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { agentTeams } from './sql/filters.ts'
import { clickHouse } from './sql/query.ts'

/** The id is what queries get, the name is what people see. */
function named(kind: 'queue' | 'worker'): string {
  return `SELECT id, argMax(value, last_at) AS name FROM dimension_sightings
WHERE kind = '${kind}' AND field = 'name' GROUP BY id ORDER BY name`
}

const all = { text: 'All', value: '$__all', selected: true }

export const dataSource: Builder<VariableModel> = new DatasourceVariableBuilder('datasource')
  .label('Data source')
  .type('grafana-clickhouse-datasource')
  .current({ text: 'Ledgerline', value: 'ledgerline', selected: true })
  .hide(VariableHide.HideVariable)

export const metricsSource: Builder<VariableModel> = new DatasourceVariableBuilder('metrics')
  .label('Metrics')
  .type('prometheus')
  .current({ text: 'Ledgerline metrics', value: 'ledgerline-metrics', selected: true })
  .hide(VariableHide.HideVariable)

export const workspace = several(
  'workspace',
  'Workspace',
  'SELECT DISTINCT workspace FROM queue_intervals ORDER BY workspace',
)
export const queue = several('queue', 'Queue', named('queue'))
export const channel = several(
  'channel',
  'Channel',
  'SELECT DISTINCT channel FROM queue_intervals ORDER BY channel',
)
export const team = several(
  'team',
  'Team',
  `SELECT DISTINCT team FROM (${agentTeams}) ORDER BY team`,
)

/** One agent, of whom a whole dashboard tells. */
export const agent: Builder<VariableModel> = asked('agent', 'Agent', named('worker'))

/** Where the days of history begin and end. Charts over time go by the clock that Grafana is set to. */
export const zone: Builder<VariableModel> = asked(
  'zone',
  'Days in',
  `SELECT DISTINCT zone FROM zone_offsets ORDER BY zone = 'UTC' DESC, zone`,
).current({ text: 'UTC', value: 'UTC', selected: true })

function several(name: string, label: string, sql: string): Builder<VariableModel> {
  return asked(name, label, sql).multi(true).includeAll(true).current(all)
}

function asked(name: string, label: string, rawSql: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .datasource(clickHouse)
    .query({ refId: name, queryType: 'sql', rawSql })
    .definition(rawSql)
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.Disabled)
}
