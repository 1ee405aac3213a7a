import {
  GraphDrawStyle,
  HeatmapCellLayout,
  LineInterpolation,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard'
import {
  HeatmapColorOptionsBuilder,
  PanelBuilder as Heatmap,
  RowsHeatmapOptionsBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { byName, dressed, type About, type Placed } from './panel.ts'

export interface Chart extends About {
  /** Tables have nothing finer than a base interval, so neither has a chart of them. */
  readonly interval?: string
  /** A line for each text in this column. */
  readonly by?: string
  /** The colour of a line by its heading, where it has a meaning. */
  readonly colours?: Readonly<Record<string, string>>
  /** The greatest value that there can be. */
  readonly max?: number
}

/** Lines over time. */
export function lines(chart: Chart): Placed {
  return drawn(chart)
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.Linear)
    .fillOpacity(5)
    .showPoints(VisibilityMode.Auto)
}

/** Counts over time, on top of each other: together they are all. */
export function stacked(chart: Chart): Placed {
  return drawn(chart)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
}

function drawn(chart: Chart): TimeSeries {
  const { interval = '15m', by, colours = {}, max } = chart
  let panel = dressed(new TimeSeries(), chart)
    .interval(interval)
    .min(0)
    .lineWidth(1)
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
  if (max !== undefined) panel = panel.max(max)
  if (by !== undefined) panel = panel.displayName(`\${__field.labels.${by}}`)
  for (const [label, color] of Object.entries(colours)) {
    const value = { mode: FieldColorModeId.Fixed, fixedColor: color }
    panel = panel.withOverride({ matcher: byName(label), properties: [{ id: 'color', value }] })
  }
  if (chart.steps !== undefined) {
    panel = panel.colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
  }
  return panel
}

/** How many, by time and by bucket of a length: each column is a bucket, headed by its upper bound. */
export function heat(chart: Omit<Chart, 'by' | 'colours' | 'max'>): Placed {
  return dressed(new Heatmap(), chart)
    .interval(chart.interval ?? '15m')
    .calculate(false)
    .rowsFrame(new RowsHeatmapOptionsBuilder().layout(HeatmapCellLayout.Le).value('Contacts'))
    .color(
      new HeatmapColorOptionsBuilder()
        .scheme('Blues')
        .steps(32)
        .exponent(0.5)
        .fill('blue')
        .reverse(false),
    )
    .yAxis(new YAxisConfigBuilder().unit('s'))
}
