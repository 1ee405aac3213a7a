import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openSessions, type Sessions } from '../../services/warehouse/engine/sessions.ts'
import {
  passwordPlace,
  readerQuota,
  readerScript,
  readerSettings,
} from '../../services/warehouse/reader-script.ts'
import { sqlStatements } from '../../services/warehouse/sql-tokens.ts'
import { root } from '../support/source-files.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'

const shipped = readFileSync(join(root, 'docker/clickhouse-reader.xml'), 'utf8')

let folder: Awaited<ReturnType<typeof tempFolder>>
let sessions: Sessions

/**
 * The engine under the file that a ClickHouse server is given: its one user here, `default`, is made the file's reader. What
 * this engine has no part of is listed where the script is told of.
 */
beforeAll(async () => {
  folder = await tempFolder()
  mkdirSync(join(folder.path, 'config'))
  const [config, users] = ['config.xml', 'users.xml'].map((name) =>
    join(folder.path, 'config', name),
  )
  writeFileSync(config ?? '', '<clickhouse></clickhouse>')
  writeFileSync(users ?? '', asDefaultUser(shipped))
  sessions = openSessions(join(folder.path, 'data'), [
    `--config-file=${config}`,
    `--users_config=${users}`,
  ])
})
afterAll(async () => {
  await sessions.close()
  await folder.remove()
})

function asDefaultUser(xml: string): string {
  return xml
    .replace('<profiles>', '<profiles><default></default>')
    .replace('<quotas>', '<quotas><default></default>')
    .replace(/(<users>\s*)<reader>([^]*)<\/reader>(\s*<\/users>)/, '$1<default>$2</default>$3')
    .replace('<password from_env="CLICKHOUSE_READER_PASSWORD"/>', '<password></password>')
}

async function asReader(sql: string): Promise<string> {
  const { bytes } = await sessions.run({
    ...{ sql, format: 'TSV', database: '', params: new Map(), leavesTraces: true },
    ...{ dress: { settings: [] }, signal: new AbortController().signal },
  })
  return Buffer.from(bytes).toString('utf8').trim()
}

const limits = readerSettings.filter(({ isLimit }) => isLimit)

describe('the reader of a ClickHouse server', () => {
  test.each(readerSettings)('has $name = $value', async ({ name, value }) => {
    expect(await asReader(`SELECT toUInt64(getSetting('${name}'))`)).toBe(String(value))
  })

  test.each(limits)('may set less $name', async ({ name, value }) => {
    const less = Math.floor(value / 2)
    expect(await asReader(`SELECT getSetting('${name}') SETTINGS ${name} = ${less}`)).toBe(
      String(less),
    )
  })

  test.each(limits.flatMap(({ name, value }) => [0, value + 1].map((more) => ({ name, more }))))(
    'may not set $name = $more',
    async ({ name, more }) => {
      await expect(asReader(`SELECT 1 SETTINGS ${name} = ${more}`)).rejects.toThrow(
        'SETTING_CONSTRAINT_VIOLATION',
      )
    },
  )

  test.each([
    ['SELECT 1 SETTINGS readonly = 0', 'READONLY'],
    ['CREATE DATABASE other', 'ACCESS_DENIED'],
    ["SELECT * FROM url('http://127.0.0.1:1/', CSV, 'a Int32')", 'ACCESS_DENIED'],
    ["SELECT * FROM file('x', CSV, 'a Int32')", 'ACCESS_DENIED'],
    ["CREATE USER other IDENTIFIED BY 'x'", 'ACCESS_DENIED'],
  ])('may not: %s', async (sql, error) => {
    await expect(asReader(sql)).rejects.toThrow(error)
  })

  test.each(sqlStatements(readerScript('ledgerline', 'reader')))(
    'is made by what ClickHouse reads as it is meant: %s',
    async (sql) => {
      const verb = /^(\w+) (SETTINGS PROFILE|USER|QUOTA|SELECT)/.exec(
        sql.replace(/^(?:--.*\n)+/, ''),
      )
      expect(verb).not.toBeNull()
      const tree = await asReader(`EXPLAIN AST ${sql}`)
      expect(tree).toMatch(
        /^(?:CreateSettingsProfileQuery|CreateUserQuery|CreateQuotaQuery|GrantQuery)/,
      )
    },
  )

  test('is the same by the script and by the file of docker compose', () => {
    const limit = z.object({ min: z.number(), max: z.number() })
    const parsed = z
      .object({
        clickhouse: z.object({
          profiles: z.object({
            reader: z.object({ constraints: z.record(z.string(), limit) }).catchall(z.number()),
          }),
          quotas: z.object({ reader: z.object({ interval: z.record(z.string(), z.number()) }) }),
        }),
      })
      .parse(new XMLParser().parse(shipped))
    const { profiles, quotas } = parsed.clickhouse
    const { constraints, ...settings } = profiles.reader
    expect(settings).toEqual(
      Object.fromEntries(readerSettings.map(({ name, value }) => [name, value])),
    )
    expect(constraints).toEqual(
      Object.fromEntries(limits.map(({ name, value }) => [name, { min: 1, max: value }])),
    )
    const { queries, executionSeconds } = readerQuota
    expect(quotas.reader.interval).toEqual({
      ...{ duration: 3600, queries, execution_time: executionSeconds },
    })
  })

  test('is printed with a place for the password, and with none', async () => {
    const env = {
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
      CLICKHOUSE_DATABASE: 'calls',
      CLICKHOUSE_READER_USER: 'look`er',
      CLICKHOUSE_READER_PASSWORD: 'nobody-may-see-it',
    }
    const { out, exitCode } = await runCli(['sql', '--reader-script'], env)
    expect(exitCode).toBe(0)
    expect(out).toContain(passwordPlace)
    expect(out).not.toContain('nobody-may-see-it')
    expect(out).toContain('GRANT SELECT ON `calls`.* TO `look\\`er`')
    expect(sqlStatements(out)).toHaveLength(4)
  })
})
