import { uidOf } from './board.ts'
import type { AlertRule } from './alert-rules.ts'
import { target } from './sql/query.ts'

// A file of rules as Grafana's provisioning reads it. The SDK's builder makes what the HTTP API takes, whose names differ.

const dataSource = { type: 'grafana-clickhouse-datasource', uid: 'ledgerline' }

/** Variables in a rule are written without a dollar: provisioning takes what begins with one for its own environment. */
export function alertFile(rules: readonly AlertRule[]): object {
  return {
    apiVersion: 1,
    groups: [
      {
        ...{ orgId: 1, name: 'ledgerline', folder: 'Ledgerline', interval: '1m' },
        rules: rules.map(ruleOf),
      },
    ],
  }
}

function ruleOf(rule: AlertRule): object {
  const { name, title, summary, severity, sql, fires, threshold, board } = rule
  const relativeTimeRange = { from: rule.lookBackMinutes * 60, to: 0 }
  return {
    uid: uidOf(name),
    title,
    condition: 'B',
    data: [
      {
        ...{ refId: 'A', datasourceUid: dataSource.uid, relativeTimeRange },
        model: target({ sql, shape: 'table' }, 'A', dataSource).build(),
      },
      {
        ...{ refId: 'B', datasourceUid: '__expr__', relativeTimeRange },
        model: {
          ...{ refId: 'B', type: 'threshold', expression: 'A' },
          datasource: { type: '__expr__', uid: '__expr__' },
          conditions: [{ type: 'query', evaluator: { type: fires, params: [threshold] } }],
        },
      },
    ],
    // Nothing to look at is no fault: nobody came. That the query fails is one.
    ...{ noDataState: 'OK', execErrState: 'Error', for: `${rule.forMinutes}m`, isPaused: false },
    annotations: { summary, __dashboardUid__: uidOf(board) },
    labels: { severity },
    notification_settings: { receiver: 'Ledgerline' },
  }
}
