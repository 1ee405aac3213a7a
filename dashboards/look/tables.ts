import {
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorModeId,
  MappingType,
  type DynamicConfigValue,
  type Threshold,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as StateTimeline } from '@grafana/grafana-foundation-sdk/statetimeline'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { standingColours, standingNames, stateColours, stateNames } from './colours.ts'
import { byName, dressed, type About, type Placed } from './panel.ts'

export interface Grid extends About {
  /** Headings of columns whose cells are coloured by thresholds. */
  readonly judged?: Readonly<Record<string, Threshold[]>>
  /** Headings of columns whose cells are the darker, the greater they are. */
  readonly shaded?: readonly string[]
  /** Headings of columns whose texts are states of agents, or what they count as. */
  readonly states?: readonly string[]
  /** Where a click on a cell leads: heading → address. */
  readonly leads?: Readonly<Record<string, { readonly title: string; readonly url: string }>>
  readonly sortBy?: string
}

/** Rows as they are. */
export function table(grid: Grid): Placed {
  const { judged = {}, shaded = [], states = [], leads = {}, sortBy } = grid
  let panel = dressed(new Table(), grid)
  for (const [label, steps] of Object.entries(judged)) {
    panel = panel.withOverride({
      matcher: byName(label),
      properties: [
        background,
        { id: 'thresholds', value: { mode: 'absolute', steps } },
        { id: 'color', value: { mode: FieldColorModeId.Thresholds } },
      ],
    })
  }
  for (const label of shaded) {
    const color = { id: 'color', value: { mode: FieldColorModeId.ContinuousBlues } }
    panel = panel.withOverride({ matcher: byName(label), properties: [background, color] })
  }
  for (const label of states) {
    const mappings = { id: 'mappings', value: stateMappings }
    const coloured = {
      id: 'custom.cellOptions',
      value: { type: TableCellDisplayMode.ColorText },
    }
    panel = panel.withOverride({ matcher: byName(label), properties: [mappings, coloured] })
  }
  for (const [label, link] of Object.entries(leads)) {
    const links = { id: 'links', value: [{ ...link, targetBlank: false }] }
    panel = panel.withOverride({ matcher: byName(label), properties: [links] })
  }
  if (sortBy === undefined) return panel
  return panel.sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(true)])
}

const background: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorBackground, mode: 'basic' },
}

/** What is stored, in people's words and with its colour; no word is both what an agent does and what it counts as. */
const stateMappings: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      Object.entries({ ...stateNames, ...standingNames }).map(([state, text], index) => [
        state,
        { text, index, ...colourOf(state) },
      ]),
    ),
  },
]

function colourOf(state: string): { color?: string } {
  const color = stateColours[state] ?? standingColours[state]
  return color === undefined ? {} : { color }
}

/** Stretches of a state after each other, a row for each query. */
export function timeline(panel: About): Placed {
  return dressed(new StateTimeline(), panel)
    .mappings(stateMappings)
    .mergeValues(true)
    .rowHeight(0.8)
}
