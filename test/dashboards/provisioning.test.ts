import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { dashboardFiles } from '../support/dashboard-json.ts'
import { filesBelow, root } from '../support/source-files.ts'

const folder = 'dashboards/provisioning'
const compose = z
  .looseObject({
    services: z.looseObject({
      grafana: z.looseObject({
        environment: z.record(z.string(), z.string()),
        volumes: z.array(z.string()),
      }),
    }),
  })
  .parse(parse(read('docker-compose.yml'), { merge: true }))
const { grafana } = compose.services

const sources = z.object({
  datasources: z.array(z.looseObject({ uid: z.string(), name: z.string(), type: z.string() })),
})
const providers = z.object({
  providers: z.array(
    z.looseObject({
      folder: z.string(),
      folderUid: z.string(),
      options: z.object({ path: z.string() }),
    }),
  ),
})
const rules = z.object({
  groups: z.array(
    z.looseObject({
      folder: z.string(),
      rules: z.array(
        z.looseObject({
          uid: z.string().max(40),
          condition: z.string(),
          data: z.array(z.looseObject({ refId: z.string(), datasourceUid: z.string() })),
          annotations: z.object({ __dashboardUid__: z.string(), summary: z.string() }),
          notification_settings: z.object({ receiver: z.string() }),
        }),
      ),
    }),
  ),
})
const contactPoints = z.object({ contactPoints: z.array(z.looseObject({ name: z.string() })) })

const known = [...filesBelow(`${folder}/datasources`)].flatMap(
  (path) => sources.parse(parse(read(path))).datasources,
)

test('dashboards lie where their provider looks', () => {
  const [provider] = providers.parse(parse(read(`${folder}/dashboards/ledgerline.yaml`))).providers
  const mounted = new Map(
    grafana.volumes.map((volume) => {
      const [from = '', to = ''] = volume.split(':')
      return [to, from] as const
    }),
  )
  const place = mounted.get(provider?.options.path ?? '')
  expect(place).toBe('./dashboards/generated')
  expect(existsSync(join(root, place ?? ''))).toBe(true)
  expect(mounted.get('/etc/grafana/provisioning')).toBe(`./${folder}`)
})

test('a dashboard begins with a data source that is provisioned', () => {
  for (const file of dashboardFiles()) {
    const chosen = file.templating.list.filter(({ type }) => type === 'datasource')
    expect(chosen.length, file.title).toBeGreaterThan(0)
    for (const { query, current } of chosen) {
      expect(known).toContainEqual(expect.objectContaining({ type: query, uid: current?.value }))
    }
  }
})

test('a rule asks a data source that is there, tells a contact point and leads to a dashboard', () => {
  const [group] = rules.parse(JSON.parse(read(`${folder}/alerting/rules.json`))).groups
  const points = contactPoints
    .parse(parse(read(`${folder}/alerting/contact-point.yaml`)))
    .contactPoints.map(({ name }) => name)
  const uids = dashboardFiles().map(({ uid }) => uid)
  expect(group?.rules.length).toBeGreaterThan(0)
  for (const rule of group?.rules ?? []) {
    const asked = rule.data.map(({ datasourceUid }) => datasourceUid)
    expect([...known.map(({ uid }) => uid), '__expr__']).toEqual(expect.arrayContaining(asked))
    expect(rule.data.map(({ refId }) => refId)).toContain(rule.condition)
    expect(points).toContain(rule.notification_settings.receiver)
    expect(uids).toContain(rule.annotations.__dashboardUid__)
  }
})

test('what provisioning takes from its environment is handed to it', () => {
  const yaml = filesBelow(folder).filter((path) => path.endsWith('.yaml'))
  const asked = yaml.flatMap((path) =>
    [...read(path).matchAll(/: \$(\w+)/g)].map(([, name = '']) => name),
  )
  expect(asked.length).toBeGreaterThan(0)
  expect(Object.keys(grafana.environment)).toEqual(expect.arrayContaining(asked))
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
