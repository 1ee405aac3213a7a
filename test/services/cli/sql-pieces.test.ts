import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeConnections } from '../../../services/cli/sql-connections.ts'
import { readTyped } from '../../../services/cli/sql-input.ts'
import { sqlPlace } from '../../../services/cli/sql-place.ts'
import { showRows } from '../../../services/cli/sql-table.ts'
import { readConfig } from '../../../services/runtime/config.ts'

describe('what is typed', () => {
  test.each([
    ['SELECT 1', [], 'SELECT 1'],
    ['SELECT 1;', ['SELECT 1'], ''],
    ['SELECT 1; SELECT\n2 ;', ['SELECT 1', 'SELECT\n2'], ''],
    ['SELECT 1; SELECT', ['SELECT 1'], 'SELECT'],
    [";; SELECT ';' AS a;", ["SELECT ';' AS a"], ''],
    ["SELECT 'it goes on;", [], "SELECT 'it goes on;"],
    ['SELECT 1 /* one; two */;', ['SELECT 1 /* one; two */'], ''],
    ['SELECT 1 /* one; two', [], 'SELECT 1 /* one; two'],
    ['SELECT 1 -- a; b\n;', ['SELECT 1 -- a; b'], ''],
    ['SELECT 4 / 2 * 3;', ['SELECT 4 / 2 * 3'], ''],
  ])('%j ends where a semicolon ends it', (text, statements, rest) => {
    expect(readTyped(text)).toEqual({ statements, rest })
  })

  test('says the same, however it was cut into lines', () => {
    const whole = "SELECT 'a;b', 1\nFROM t /* ; */ WHERE x = 2; SELECT `;`\n;\nSHOW TABLES;\nSEL"
    const lines = whole.split('\n')
    const found: string[] = []
    let typed = ''
    for (const line of lines) {
      const { statements, rest } = readTyped(typed === '' ? line : `${typed}\n${line}`)
      found.push(...statements)
      typed = rest
    }
    expect({ statements: found, rest: typed }).toEqual(readTyped(whole))
    expect(found).toHaveLength(3)
  })
})

describe('rows for people', () => {
  const tsv =
    'queue\tn\tshare\nString\tUInt64\tNullable(Float64)\nSales\t7\t0.5\nBilling\t1234\t\\N\n'

  test('stand in columns, numbers to the right', () => {
    expect(showRows(tsv, 10)).toEqual({
      text: [
        'queue       n  share',
        '-------  ----  -----',
        'Sales       7    0.5',
        'Billing  1234   NULL',
      ].join('\n'),
      rows: 2,
      isCut: false,
    })
  })

  test('are no more than were asked for, and say so', () => {
    expect(showRows(tsv, 1)).toMatchObject({ rows: 1, isCut: true })
    expect(showRows(tsv, 2)).toMatchObject({ rows: 2, isCut: false })
  })

  test('cannot move the cursor of who reads them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cell) => {
        const sent = cell.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')
        const { text } = showRows(`a\nString\n${sent}\n`, 1)
        // eslint-disable-next-line no-control-regex -- they are what must not be there
        expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      }),
    )
  })

  test('of no column are no text', () => {
    expect(showRows('', 10)).toEqual({ text: '', rows: 0, isCut: false })
  })
})

describe('how other tools connect', () => {
  const told = (env: Readonly<Record<string, string>>) =>
    describeConnections(sqlPlace(readConfig(env)))

  test('is told for each, with the address of this hub', () => {
    const text = told({ LEDGERLINE_ENGINE_PORT: '8124', CLICKHOUSE_DATABASE: 'calls' })
    for (const name of ['DBeaver', 'Metabase', 'Superset', 'Grafana', 'clickhouse-client']) {
      expect(text).toMatch(new RegExp(`^${name}$`, 'm'))
    }
    expect(text).toContain('jdbc:clickhouse://127.0.0.1:8124/calls?compress=false')
    expect(text).toContain(
      'clickhousedb://default@127.0.0.1:8124/calls?compress=false&autogenerate_session_id=false',
    )
    expect(text).toContain('the embedded engine speaks HTTP only')
  })

  test('is that of a server, where there is one', () => {
    const text = told({
      CLICKHOUSE_URL: 'https://ch.example.com:8443',
      CLICKHOUSE_PASSWORD: 'of-the-hub',
      CLICKHOUSE_READER_PASSWORD: 'of-the-reader',
    })
    expect(text).toContain('jdbc:clickhouse://ch.example.com:8443/ledgerline?ssl=true')
    expect(text).toContain('clickhouse-client --host ch.example.com --port 9440 --secure')
    expect(text).toContain('clickhousedb://reader:PASSWORD@ch.example.com:8443/ledgerline?secure')
    expect(text).toContain('what CLICKHOUSE_READER_PASSWORD says')
  })

  test('holds no password, neither the hub’s nor the reader’s', () => {
    const secrets = { CLICKHOUSE_PASSWORD: 'of-the-hub', CLICKHOUSE_READER_PASSWORD: 'of-people' }
    const texts = [
      told({ LEDGERLINE_ENGINE_READER_PASSWORD: 'of-people' }),
      told({ ...secrets, CLICKHOUSE_URL: 'http://ch.example.com:8123' }),
      told({ ...secrets, CLICKHOUSE_URL: 'http://who:of-the-hub@ch.example.com:8123' }),
    ]
    for (const text of texts) expect(text).not.toMatch(/of-the-hub|of-people/)
  })

  test('is this machine, of an engine that listens everywhere', () => {
    const env = { LEDGERLINE_ENGINE_HOST: '0.0.0.0', LEDGERLINE_ENGINE_READER_PASSWORD: 'x' }
    expect(told(env)).toMatch(/host +127\.0\.0\.1\n/)
  })
})
