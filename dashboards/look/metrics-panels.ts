import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common'
import { VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { refId, type About, type Placed, type SharedBuilder } from './panel.ts'
import { none } from './thresholds.ts'
import { units, type Unit } from './units.ts'

// What the hub tells of itself at GET /metrics, through Prometheus: it is in no table.

const prometheus: DataSourceRef = { type: 'prometheus', uid: '${metrics}' }

interface Told extends Omit<About, 'queries'> {
  readonly unit?: Unit
}

interface Line {
  readonly expr: string
  /** How the line is called; labels stand in double braces. */
  readonly called: string
}

export function metricsLines(panel: Told & { readonly lines: readonly Line[] }): Placed {
  const targets = panel.lines.map(({ expr, called }, index) =>
    new DataqueryBuilder()
      .datasource(prometheus)
      .refId(refId(index))
      .range()
      .expr(expr)
      .legendFormat(called),
  )
  return told(new TimeSeries(), panel)
    .targets(targets)
    .min(0)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
}

export function metricsFigure(panel: Told & { readonly expr: string }): Placed {
  return told(new Stat(), panel).targets([instantly(panel.expr)])
}

export function metricsTable(panel: Told & { readonly expr: string }): Placed {
  return told(new Table(), panel)
    .targets([instantly(panel.expr).format(PromQueryFormat.Table)])
    .withTransformation({ id: 'organize', options: { excludeByName: { Time: true } } })
}

function instantly(expr: string): DataqueryBuilder {
  return new DataqueryBuilder().datasource(prometheus).refId('A').instant().expr(expr)
}

function told<Own extends SharedBuilder<Own>>(builder: Own, panel: Told): Own {
  const { title, about, whenEmpty, width, height, steps, unit = 'count' } = panel
  const { grafana, inWords } = units[unit]
  const dressing = builder
    .title(title)
    .description(`${about}${inWords === '' ? '' : ` Unit: ${inWords}.`}`)
    .noValue(whenEmpty)
    .span(width)
    .height(height)
    .datasource(prometheus)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps ?? none))
  return grafana === null ? dressing : dressing.unit(grafana)
}
