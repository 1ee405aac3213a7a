import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { createProgram } from '../services/cli/program.ts'
import { roles } from '../services/main.ts'
import { readConfig, settingNotes } from '../services/runtime/config.ts'
import { composed, composeText } from './support/compose.ts'
import { root } from './support/source-files.ts'
import { noStreams } from './support/terminal.ts'

const { services, volumes, secrets } = composed
const own = Object.entries(services).filter(([, { build }]) => build !== undefined)
const dockerfile = read('Dockerfile')

test('each role of the hub is a service of its own', () => {
  expect(own.map(([name]) => name).sort()).toEqual([...roles].sort())
  for (const [name, { command }] of own) expect(command).toEqual(['start', name])
})

test('every command is one that the CLI has', () => {
  const nowhere = { env: {}, out: () => undefined, err: () => undefined, isInteractive: false }
  const { commands } = createProgram({ ...nowhere, ...noStreams, stopping: AbortSignal.abort() })
  const names = commands.map((command) => command.name())
  for (const [, { command }] of own) expect(names).toContain(command?.[0])
  const [, fallback = ''] = /^CMD \["(\w+)"\]$/m.exec(dockerfile) ?? []
  expect(names).toContain(fallback)
})

test('every variable of our services is a setting, and together they are a configuration', () => {
  const known = settingNotes.map(({ name }) => name)
  for (const [name, { environment }] of own) {
    expect(known, name).toEqual(expect.arrayContaining(Object.keys(environment)))
    expect(() => readConfig(filledIn(environment)), name).not.toThrow()
  }
})

test('a secret comes from outside, and without it nothing starts', () => {
  const hidden = new Set(settingNotes.filter(({ isSecret }) => isSecret).map(({ name }) => name))
  for (const { environment } of Object.values(services)) {
    for (const [name, value] of Object.entries(environment)) {
      if (hidden.has(name) || /PASSWORD|TOKEN|SECRET/.test(name)) {
        expect(value, name).toMatch(/^\$\{\w+:\?[^}]+\}$/)
      }
    }
  }
})

test('.env.example names every variable that is asked for', () => {
  const asked = new Set([...composeText.matchAll(/\$\{(\w+)/g)].map(([, name]) => name))
  const named = [...read('.env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => name)
  expect(named.sort()).toEqual([...asked].sort())
})

test('images are pinned', () => {
  for (const { image } of Object.values(services))
    expect(image).toMatch(/:v?\d+\.\d+\.\d+(\.\d+)?$/)
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
  expect(bases).toHaveLength(3)
  for (const base of bases) expect(base).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/)
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(read('package.json')))
  for (const [, { image }] of own) expect(image).toBe(`ledgerline:${version}`)
})

test('nothing is published but to this machine', () => {
  for (const { ports } of Object.values(services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
  }
})

test('everything that is to be healthy says how it is', () => {
  expect(dockerfile).toMatch(/^HEALTHCHECK [^]*\/healthz/m)
  for (const [name, { healthcheck, build }] of Object.entries(services)) {
    expect(healthcheck !== undefined || build !== undefined, name).toBe(true)
  }
})

test('what is mounted is there, and what is kept has a volume', () => {
  const mounted = Object.values(services).flatMap((each) => each.volumes)
  for (const volume of mounted) {
    const [source = ''] = volume.split(':')
    if (source.startsWith('.')) expect(existsSync(join(root, source)), source).toBe(true)
    else expect(Object.keys(volumes)).toContain(source)
  }
  for (const name of Object.keys(volumes)) {
    expect(
      mounted.some((volume) => volume.startsWith(`${name}:`)),
      name,
    ).toBe(true)
  }
})

test('Prometheus reads every process of the hub, with the token that each is given for it', () => {
  const { scrape_configs: scrapes } = z
    .object({
      scrape_configs: z.array(
        z.object({
          authorization: z.object({ credentials_file: z.string() }),
          static_configs: z.array(z.object({ targets: z.array(z.string()) })),
        }),
      ),
    })
    .parse(parse(read('docker/prometheus.yml')))
  const targets = scrapes.flatMap(({ static_configs: hosts }) =>
    hosts.flatMap((one) => one.targets),
  )
  expect(targets.sort()).toEqual(own.map(([name]) => `${name}:8080`).sort())
  expect(scrapes.map(({ authorization }) => authorization.credentials_file)).toEqual(
    services['prometheus']?.secrets.map((secret) => `/run/secrets/${secret}`),
  )
  const given = own.map(([, { environment }]) => environment['LEDGERLINE_METRICS_TOKENS'])
  for (const value of given) expect(value).toBe('${LEDGERLINE_METRICS_TOKEN:?set it in .env}')
  expect(Object.values(secrets).map(({ environment }) => environment)).toEqual([
    'LEDGERLINE_METRICS_TOKEN',
  ])
  const { datasources } = z
    .object({ datasources: z.array(z.object({ url: z.url() })) })
    .parse(parse(read('dashboards/provisioning/datasources/prometheus.yaml')))
  expect(datasources.map(({ url }) => new URL(url).hostname)).toEqual(['prometheus'])
})

test('Grafana reads as a user that ClickHouse lets only read', () => {
  const source = z.object({
    type: z.literal('grafana-clickhouse-datasource'),
    jsonData: z.object({ host: z.string(), username: z.string(), defaultDatabase: z.string() }),
  })
  const provisioned = z
    .object({ datasources: z.array(source).length(1) })
    .parse(parse(read('dashboards/provisioning/datasources/clickhouse.yaml')))
  const [{ jsonData } = { jsonData: { host: '', username: '', defaultDatabase: '' } }] =
    provisioned.datasources
  expect(Object.keys(services)).toContain(jsonData.host)
  const reader = read('docker/clickhouse-reader.xml')
  expect(reader).toMatch(
    new RegExp(`<${jsonData.username}>[^]*GRANT SELECT ON ${jsonData.defaultDatabase}\\.`),
  )
  expect(reader).toContain('<readonly>2</readonly>')
})

test('the image is made of what is there, runs as nobody special, and keeps its data in one place', () => {
  for (const [, sources = ''] of dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const source of sources.split(' ')) {
      expect(existsSync(join(root, source)), source).toBe(true)
      expect(read('.dockerignore')).toMatch(new RegExp(`^!${source.split('/')[0]}$`, 'm'))
    }
  }
  const { bin } = z
    .object({ bin: z.object({ ledgerline: z.string() }) })
    .parse(JSON.parse(read('package.json')))
  expect(dockerfile).toContain(`ENTRYPOINT ["node", "${bin.ledgerline}"]`)
  expect(dockerfile).toMatch(/^USER node$/m)
  expect(dockerfile).toContain('LEDGERLINE_DATA_DIR=/data')
  for (const [, each] of own) expect(each.volumes[0]).toMatch(/:\/data$/)
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** As compose would hand it over, with something in the place of each secret. */
function filledIn(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const example = name.endsWith('_URL') ? 'https://hub.example.com' : 'made-up'
      return [name, value.replace(/\$\{\w+:\?[^}]+\}/, example)]
    }),
  )
}
