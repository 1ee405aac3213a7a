import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { intervalMetrics } from '../schemas/metrics/catalogue.ts'
import { tables } from '../schemas/tables/tables.ts'
import { adapters, areas, libraryHomes } from './support/import-table.ts'
import { filesBelow, sourceFiles, type SourceFile } from './support/source-files.ts'

const ownFolders = ['schemas', 'services', 'client', 'connectors', 'dashboards']
const own = sourceFiles(ownFolders)
const all = sourceFiles([...ownFolders, 'test', 'bench'])

test('every folder has its line in the table', () => {
  expect(own.filter(({ path }) => areaOf(path) === undefined).map(({ path }) => path)).toEqual([])
})

test('a folder imports what the table lets it, and nothing else', () => {
  const strays = own.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => !mayImport(path, target))
      .map(({ target }) => `${path} → ${target}`),
  )
  expect(strays).toEqual([])
})

test('the table keeps meaning and world apart', () => {
  expect(own.length).toBeGreaterThan(100)
  for (const [from, to] of [
    ['services/projections/contacts.ts', 'services/runtime/clock.ts'],
    ['services/projections/contacts.ts', 'node:fs'],
    ['services/projections/contacts.ts', 'services/log/log.ts'],
    ['services/simulator/truth/row.ts', 'services/projections/cells.ts'],
    ['services/ingest/sources/event-id.ts', 'services/log/log.ts'],
    ['services/live/routes.ts', 'services/ingest/routes.ts'],
    ['services/cli/verify.ts', 'services/runner/rebuild.ts'],
    ['client/operations.ts', 'services/runtime/errors.ts'],
    ['services/time/interval.ts', 'left-pad'],
  ] as const) {
    expect(mayImport(from, to), `${from} → ${to}`).toBe(false)
  }
})

test('a client library is spoken to in one place', () => {
  const strays = own.flatMap(({ path, imports }) =>
    imports
      .filter(({ target }) => {
        const homes = libraryHomes[target]
        return homes !== undefined && !homes.some((home) => isIn(path, home))
      })
      .map(({ target }) => `${path} → ${target}`),
  )
  expect(strays).toEqual([])
})

test('only the wiring names an adapter', () => {
  const strays = own.flatMap(({ path, imports }) =>
    imports.flatMap(({ target }) => {
      const adapter = adapters.find(({ file }) => file === target)
      if (adapter === undefined || adapter.namedBy.some((place) => isIn(path, place))) return []
      return [`${path} → ${target}`]
    }),
  )
  expect(strays).toEqual([])
})

test('a file is named for the noun that it holds', () => {
  const vague = /(?:^|-)(?:utils?|helpers?|common|manager|misc)\.|^(?:types|index)\./
  const kebab = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z]+)*$/
  const strays = all
    .map(({ path }) => path)
    .filter((path) => vague.test(basename(path)) || !kebab.test(basename(path)))
  expect(strays).toEqual([])
})

test('exports have names', () => {
  expect(pathsOf(all, /^export default\b/m)).toEqual([])
})

test('imports of our own files end in .ts', () => {
  const strays = all.flatMap(({ path, imports }) =>
    imports
      .filter(({ written }) => written.startsWith('.') && !/\.(?:ts|js|json)$/.test(written))
      .map(({ written }) => `${path} → ${written}`),
  )
  expect(strays).toEqual([])
})

test('one name all the way: table, SQL, projection', () => {
  const sql = filesBelow('schemas/tables').map((path) => basename(path))
  const projections = filesBelow('services/projections').map((path) => basename(path))
  for (const table of Object.keys(tables)) {
    const file = `${table.replaceAll('_', '-')}.ts`
    expect(projections, `the projection of ${table}`).toContain(file)
    expect(sql.filter((name) => name.replace(/^\d{4}_/, '') === `${table}.sql`)).toHaveLength(1)
  }
  expect(Object.keys(tables)).toEqual(expect.arrayContaining(Object.keys(intervalMetrics)))
})

function mayImport(path: string, target: string): boolean {
  const area = areaOf(path)
  if (area === undefined) return false
  if (isIn(target, area.folder)) return true
  if (target.startsWith('node:')) {
    return area.nodeModules === 'any' || area.nodeModules.includes(target)
  }
  return area.mayImport.some((allowed) => isIn(target, allowed))
}

/** The line of the table that says most about a file. */
function areaOf(path: string) {
  return areas
    .filter(({ folder }) => isIn(path, folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0]
}

/** `fastify` has its plugins in it: `@fastify/static`, `fastify-type-provider-zod`. */
function isIn(target: string, place: string): boolean {
  if (place === 'fastify' && /^(?:@fastify\/|fastify-)/.test(target)) return true
  return target === place || target.startsWith(`${place}/`)
}

function pathsOf(files: readonly SourceFile[], pattern: RegExp): readonly string[] {
  return files.filter(({ text }) => pattern.test(text)).map(({ path }) => path)
}
