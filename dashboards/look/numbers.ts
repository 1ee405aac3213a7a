import { BigValueColorMode, BigValueGraphMode } from '@grafana/grafana-foundation-sdk/common'
import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import { BarGaugeDisplayMode, VizOrientation } from '@grafana/grafana-foundation-sdk/common'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { dressed, type About, type Placed } from './panel.ts'

/** One number, large. */
export function figure(panel: About): Placed {
  return dressed(new Stat(), panel)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .graphMode(BigValueGraphMode.None)
    .colorMode(panel.steps === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
}

/** A bar for each row of a table: its text and its number. */
export function levels(panel: About): Placed {
  return dressed(new BarGauge(), panel)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(true))
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
}
