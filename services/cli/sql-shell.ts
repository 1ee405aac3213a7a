import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { explain } from './failure.ts'
import { answerSql, type SqlManner } from './sql-answer.ts'
import { readTyped } from './sql-input.ts'
import type { SqlPlace } from './sql-place.ts'
import type { Terminal } from './terminal.ts'

const linesKeptMax = 1_000

/** A prompt until somebody leaves. What was typed is there again the next time. */
export async function runSqlShell(
  place: SqlPlace,
  manner: SqlManner,
  folder: string,
  terminal: Terminal,
): Promise<void> {
  const file = join(folder, 'sql-history')
  let history = await readHistory(file)
  const lines = createInterface({
    input: terminal.input.stream,
    output: terminal.output.stream,
    terminal: terminal.input.isTerminal,
    history: [...history],
    historySize: linesKeptMax,
    removeHistoryDuplicates: true,
  })
  lines.on('history', (typed) => (history = [...typed]))
  let running: AbortController | null = null
  let typed = ''
  const prompt = () => {
    lines.setPrompt(typed === '' ? `${place.database}> ` : '...> ')
    lines.prompt()
  }
  lines.on('SIGINT', () => {
    if (running !== null) {
      running.abort()
      return
    }
    typed = ''
    terminal.err('^C (\\q leaves)\n')
    // What stands in the line goes with what was typed before it.
    lines.write(null, { ctrl: true, name: 'e' })
    lines.write(null, { ctrl: true, name: 'u' })
    prompt()
  })
  const leave = () => lines.close()
  terminal.stopping.addEventListener('abort', leave, { once: true })

  async function answer(sql: string, asked: SqlManner = manner): Promise<void> {
    running = new AbortController()
    const { signal } = running
    try {
      await answerSql(place, sql, asked, terminal, AbortSignal.any([signal, terminal.stopping]))
    } catch (error) {
      terminal.err(signal.aborted ? 'ended\n' : `${explain(error)}\n`)
    } finally {
      running = null
    }
  }

  terminal.err(`${place.url}, database ${place.database}, read-only; \\? for help\n`)
  prompt()
  for await (const line of lines) {
    const command = typed === '' ? /^\s*\\(\S+)\s*(\S*?);?\s*$/.exec(line) : null
    if (command !== null) {
      const [, name = '', table = ''] = command
      if (name === 'q') break
      if (name === 'd') await answer(...described(table, manner))
      else terminal.err(help)
    } else {
      const { statements, rest } = readTyped(typed === '' ? line : `${typed}\n${line}`)
      typed = rest
      for (const sql of statements) await answer(sql)
    }
    prompt()
  }
  terminal.stopping.removeEventListener('abort', leave)
  lines.close()
  await writeHistory(file, history)
}

const help = `A statement ends with a semicolon and may go over several lines.
\\d        tables and views        \\d NAME   columns of one
\\q        leave                   Ctrl-C    end the query that runs
`

/** Without a table, all of them. */
function described(table: string, manner: SqlManner): [sql: string, manner: SqlManner] {
  const asTable: SqlManner = {
    format: 'table',
    params: new Map([['table', table]]),
    rowsMax: 2_000,
  }
  return table === '' ? [tablesSql, { ...asTable, params: manner.params }] : [columnsSql, asTable]
}

const tablesSql = `SELECT name, if(engine = 'View', 'view', 'table') AS kind, comment
FROM system.tables WHERE database = currentDatabase() AND NOT is_temporary ORDER BY name`

const columnsSql = `SELECT name, type, comment
FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`

/** The newest line first, as readline has it. */
async function readHistory(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').filter((line) => line !== '')
}

/** Nobody else's business. Where it cannot be kept, as in a folder that is not there, it is not. */
async function writeHistory(file: string, history: readonly string[]): Promise<void> {
  const text = history.map((line) => `${line}\n`).join('')
  await writeFile(file, text, { mode: 0o600 }).catch(() => undefined)
}
