import { PanelBuilder, type Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Placed } from './panel.ts'
import { metricsTable } from './metrics-panels.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** What Grafana's own rules of this folder say. The SDK has no builder for the list of alerts. */
export function ledgerlineAlerts({ width, height }: Size): Placed {
  const options = {
    ...{ viewMode: 'list', groupMode: 'default', sortOrder: 3, maxItems: 20 },
    ...{
      alertName: '',
      dashboardAlerts: false,
      alertInstanceLabelFilter: '',
      datasource: '-- Grafana --',
    },
    folder: { title: 'Ledgerline', uid: 'ledgerline' },
    stateFilter: { firing: true, pending: true, noData: false, normal: false, error: true },
  }
  const builder = new PanelBuilder()
    .type('alertlist')
    .title('Alerts')
    .description(
      'The rules that come with these dashboards and fire or are about to. They look once a minute.',
    )
    .span(width)
    .height(height)
    .noValue('All is well')
  return withOptions(builder, options)
}

function withOptions(builder: PanelBuilder, options: object): Placed {
  const made: Builder<Panel> = { build: () => ({ ...builder.build(), options }) }
  return { ...made, id: (id) => builder.id(id) }
}

/** What the hub's own rules say, which look once a second. */
export function rulesOfTheHub({ width, height }: Size): Placed {
  return metricsTable({
    ...{ title: 'Rules of the hub that fire', width, height },
    about:
      'Rules in the file of LEDGERLINE_ALERT_RULES, which the hub looks at once a second, and about how many each fires. Which they are: GET /v1/alerts.',
    whenEmpty: 'No rule fires, or the hub has none',
    expr: 'sum by (rule, severity, subject) (ledgerline_alert_firing) > 0',
  })
}
