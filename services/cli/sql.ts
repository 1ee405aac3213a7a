import { InvalidArgumentError, Option, type Command } from 'commander'
import { readConfig, type Config } from '../runtime/config.ts'
import { readerScript } from '../warehouse/reader-script.ts'
import { sqlStatements } from '../warehouse/sql-tokens.ts'
import { CommandFailure } from './failure.ts'
import { toCount } from './option-values.ts'
import { answerSql, sqlFormats, type SqlFormat, type SqlManner } from './sql-answer.ts'
import { describeConnections } from './sql-connections.ts'
import { sqlPlace, withTables, type SqlPlace } from './sql-place.ts'
import { checkReadsOnly, textOf } from './sql-question.ts'
import { runSqlShell } from './sql-shell.ts'
import type { Terminal } from './terminal.ts'

interface SqlFlags {
  readonly format: SqlFormat
  readonly param: ReadonlyMap<string, string>
  readonly maxRows?: number
  readonly url?: boolean
  readonly readerScript?: boolean
}

export function addSql(program: Command, terminal: Terminal): void {
  program
    .command('sql')
    .description('Ask the tables in SQL, as a user who may only read.')
    .argument('[statement]', 'what to ask; without it standard input, or a prompt at a terminal')
    .addOption(
      new Option('--format <format>', 'how answers are written; parquet to a file or pipe only')
        .choices(sqlFormats)
        .default('table'),
    )
    .option(
      '--param <name=value>',
      'fills {name:Type} in the statement; may be given several times',
      toParam,
      new Map<string, string>(),
    )
    .option('--max-rows <count>', 'no more rows than that; of a table 1000 unless given', toCount)
    .option('--url', 'only tell how DBeaver, Metabase, Superset, Grafana and others connect')
    .option('--reader-script', 'only print what makes the read-only user on a ClickHouse server')
    .addHelpText(
      'after',
      `
  ledgerline sql "SELECT queue_name, sum(offered_count) FROM v_queue_intervals_local
                  WHERE zone = 'UTC' GROUP BY queue_name"
  ledgerline sql --format parquet "SELECT * FROM contacts FINAL" > contacts.parquet
  ledgerline sql < questions.sql

At the prompt a statement ends with a semicolon; \\d lists tables, \\d NAME columns, \\q leaves,
Ctrl-C ends the query that runs.`,
    )
    .action((statement: string | undefined, flags: SqlFlags) =>
      runSql(statement, flags, readConfig(terminal.env), terminal),
    )
}

async function runSql(
  statement: string | undefined,
  flags: SqlFlags,
  config: Config,
  terminal: Terminal,
): Promise<void> {
  const place = sqlPlace(config)
  if (flags.url === true) {
    terminal.out(describeConnections(place))
    return
  }
  if (flags.readerScript === true) {
    const { CLICKHOUSE_READER_USER: user } = config
    terminal.out(readerScript(place.database, user).trimEnd())
    return
  }
  const manner: SqlManner = {
    ...{ format: flags.format, params: flags.param, rowsMax: flags.maxRows },
  }
  if (manner.format === 'parquet' && terminal.output.isTerminal) {
    throw new CommandFailure('Parquet is no text: send it to a file or a pipe', 2)
  }
  const isPrompt = statement === undefined && terminal.input.isTerminal
  const given = isPrompt ? '' : (statement ?? (await textOf(terminal.input.stream)))
  const statements = sqlStatements(given)
  if (!isPrompt && statements.length === 0) throw new CommandFailure('there is nothing to ask', 2)
  await withTables(config, terminal, async (found) => {
    await checkReadsOnly(found, terminal.stopping)
    if (isPrompt) await runSqlShell(found, manner, config.LEDGERLINE_DATA_DIR, terminal)
    else await answerAll(found, statements, manner, terminal)
  })
}

async function answerAll(
  place: SqlPlace,
  statements: readonly string[],
  manner: SqlManner,
  terminal: Terminal,
): Promise<void> {
  for (const [index, sql] of statements.entries()) {
    if (index > 0 && manner.format === 'table') terminal.out('')
    try {
      await answerSql(place, sql, manner, terminal, terminal.stopping)
    } catch (error) {
      // Whoever reads has enough, as `head` has after ten lines.
      if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return
      throw error
    }
  }
}

/** `name=value`; given several times, all of them. */
function toParam(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, name, value] = /^(\w+)=([^]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError('It must be a name and a value: queue=WQ1.')
  }
  return new Map([...before, [name, value]])
}
