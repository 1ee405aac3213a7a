import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  type Dashboard,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import type { Placed } from './look/panel.ts'
import { clickHouse, target } from './sql/query.ts'

export interface Board {
  /** The last part of its uid, and the name of its file. */
  readonly name: string
  readonly title: string
  readonly about: string
  readonly from: string
  readonly refresh: string
  readonly variables: readonly Builder<VariableModel>[]
  readonly rows: readonly BoardRow[]
}

/** Panels that answer one question. */
export interface BoardRow {
  readonly title: string
  readonly panels: readonly Placed[]
}

const tag = 'ledgerline'

export function uidOf(name: string): string {
  return `${tag}-${name}`
}

// The SDK prefers the second version of this form. The first is what provisioning from files and import by hand have long read,
// and not every Grafana in use reads the second.
/* eslint-disable @typescript-eslint/no-deprecated */

/** The board as Grafana takes it. */
export function dashboardOf(board: Board): Dashboard {
  const { name, title, about, from, refresh, variables, rows } = board
  const links = new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([tag])
    .icon('external link')
    .tooltip('The other dashboards, of the same time and choice')
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .targetBlank(false)
  let builder = new DashboardBuilder(title)
    .uid(uidOf(name))
    .description(about)
    .tags([tag])
    .time({ from, to: 'now' })
    .timezone('browser')
    .refresh(refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([...variables])
    .annotations([gaps])
    .links([links])
  // Links and alert rules name panels by their numbers, so Grafana must not choose them.
  let id = 1
  for (const { title: heading, panels } of rows) {
    builder = builder.withRow(new RowBuilder(heading).id(id++))
    for (const panel of panels) {
      panel.id(id++)
      builder = builder.withPanel(panel)
    }
  }
  return builder.build()
}

/** Where a source has not told all, numbers are too small: marked on every chart, so that nobody takes it for a quiet time. */
const gaps = new AnnotationQueryBuilder()
  .name('Incomplete')
  .datasource(clickHouse)
  .enable(true)
  .hide(false)
  .iconColor('red')
  .target(
    target({
      shape: 'table',
      sql: `SELECT gap_from AS time, ifNull(gap_to, $__toTime) AS timeEnd,
    concat('Events of ', source, ' are missing (', reason, ')') AS text
FROM source_gaps FINAL
WHERE status = 'open' AND gap_from <= $__toTime AND ifNull(gap_to, $__toTime) >= $__fromTime
ORDER BY time`,
    }),
  )
