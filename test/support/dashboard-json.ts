import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from './source-files.ts'

// The committed dashboards, as Grafana reads them.

const target = z.looseObject({
  refId: z.string(),
  rawSql: z.string().optional(),
  expr: z.string().optional(),
})
const panel = z.looseObject({
  id: z.int(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  interval: z.string().optional(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(target).default([]),
  options: z.looseObject({}).optional(),
  fieldConfig: z
    .looseObject({
      defaults: z.looseObject({ noValue: z.string().optional() }),
      overrides: z.array(
        z.looseObject({ matcher: z.object({ id: z.string(), options: z.unknown() }) }),
      ),
    })
    .optional(),
})
const variable = z.looseObject({
  name: z.string(),
  type: z.string(),
  query: z.union([z.string(), z.object({ rawSql: z.string() }).loose()]),
  current: z.looseObject({ value: z.union([z.string(), z.array(z.string())]) }).optional(),
})
export const dashboardFile = z.looseObject({
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  refresh: z.string(),
  time: z.object({ from: z.string(), to: z.string() }),
  panels: z.array(panel),
  templating: z.object({ list: z.array(variable) }),
  annotations: z.object({ list: z.array(z.looseObject({ name: z.string(), target })) }),
  links: z.array(z.looseObject({ includeVars: z.boolean(), keepTime: z.boolean() })),
})
export type DashboardFile = z.infer<typeof dashboardFile>
export type PanelFile = DashboardFile['panels'][number]

export const generatedFolder = 'dashboards/generated'

/** Each file as it stands, by its name. */
export function generatedFiles(): readonly { readonly name: string; readonly json: unknown }[] {
  return readdirSync(join(root, generatedFolder))
    .sort()
    .map((name) => ({
      name,
      json: z.json().parse(JSON.parse(readFileSync(join(root, generatedFolder, name), 'utf8'))),
    }))
}

export function dashboardFiles(): readonly DashboardFile[] {
  return generatedFiles().map(({ json }) => dashboardFile.parse(json))
}

/** One question of a dashboard: who asks it, and how long a bucket is at least. */
export interface Asked {
  readonly by: string
  readonly sql: string
  readonly least: string
}

/** Every statement for ClickHouse: of panels, of variables and of what is marked on charts. */
export function askedBy(file: DashboardFile): readonly Asked[] {
  const ofPanels = file.panels.flatMap(({ title, targets, interval = '1m' }) =>
    targets.flatMap(({ refId, rawSql }) =>
      rawSql === undefined
        ? []
        : [
            {
              by: `${file.title} › ${title}${targets.length === 1 ? '' : ` ${refId}`}`,
              sql: rawSql,
              least: interval,
            },
          ],
    ),
  )
  const ofVariables = file.templating.list.flatMap(({ name, query }) =>
    typeof query === 'string'
      ? []
      : [{ by: `${file.title} › $${name}`, sql: query.rawSql, least: '1m' }],
  )
  const ofAnnotations = file.annotations.list.map(({ name, target: { rawSql = '' } }) => ({
    ...{ by: `${file.title} › ${name}`, sql: rawSql, least: '1m' },
  }))
  return [...ofPanels, ...ofVariables, ...ofAnnotations]
}
