import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../services/runtime/package-root.ts'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)

/** What the reader runs or writes, and what he is told to see. */
interface Step {
  readonly code: string
  /** Null: the code is a file to write. */
  readonly output: string | null
}

const steps = stepsIn(readFileSync(join(packageRoot, 'docs/connect-your-pbx.md'), 'utf8'))

let folder: Awaited<ReturnType<typeof tempFolder>>
let hub: HubProcess
let env: Record<string, string>

beforeAll(async () => {
  folder = await tempFolder()
  const [port, enginePort] = [String(await freePort()), String(await freePort())]
  hub = await startHubProcess([], {
    LEDGERLINE_DATA_DIR: join(folder.path, 'hub'),
    LEDGERLINE_PORT: port,
    LEDGERLINE_ENGINE_PORT: enginePort,
  })
  const given = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder.path,
    LEDGERLINE_URL: hub.url,
    CLICKHOUSE_URL: `http://127.0.0.1:${enginePort}`,
  }
  await installed(join(folder.path, 'node_modules'))
  const [first] = steps
  const { stdout } = await run('bash', ['-euc', `${first?.code ?? ''}\nenv -0`], { env: given })
  env = Object.fromEntries(stdout.split('\0').map((line) => splitOnce(line, '=')))
})

afterAll(async () => {
  await hub.stop()
  await folder.remove()
})

test('the document says where the hub is and when its story begins', () => {
  expect(env['LEDGERLINE_URL']).toBe(hub.url)
  expect(Date.parse(env['STARTED'] ?? '')).toBeLessThan(Date.now())
  expect(steps.length).toBeGreaterThan(10)
  expect(steps.filter(({ output }) => output !== null && output !== '').length).toBeGreaterThan(8)
})

test.each(steps.slice(1))('$code', async ({ code, output }) => {
  if (output === null) {
    const [, name = ''] = /^\/\/ (\S+)\n/.exec(code) ?? []
    expect(name).not.toBe('')
    return writeFile(join(folder.path, name), code)
  }
  let said = await runStep(code)
  // What was sent is answered once; what is asked may take a moment to be so.
  if (isQuestion(code)) {
    const isSo = async () => isWhatIsTold((said = await runStep(code)), output)
    const patience = { seen: () => `told: ${output}\nseen: ${said}`, forMs: 20_000 }
    await until(code, isSo, patience)
  }
  expect(said, output).toSatisfy((text: string) => isWhatIsTold(text, output))
})

function isQuestion(code: string): boolean {
  return code.includes('/v1/') || code.includes('CLICKHOUSE_URL')
}

async function runStep(code: string): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', code], { env, cwd: folder.path })
  return stdout.trimEnd()
}

/** `…` stands for anything. */
function isWhatIsTold(text: string, told: string): boolean {
  const parts = told.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(text)
}

/** As npm would have installed what the document names. */
async function installed(modules: string): Promise<void> {
  await mkdir(join(modules, '.bin'), { recursive: true })
  await symlink(packageRoot, join(modules, 'ledgerline'))
  const tsx = join(packageRoot, 'node_modules', 'tsx')
  await symlink(tsx, join(modules, 'tsx'))
  await symlink(join(tsx, 'dist', 'cli.mjs'), join(modules, '.bin', 'tsx'))
  await writeFile(join(modules, '..', 'package.json'), '{ "type": "module" }')
}

function stepsIn(text: string): readonly Step[] {
  const fences = [...text.matchAll(/^```(sh|ts|text)\n(.*?)^```$/gms)].map(
    ([, language = '', code = '']) => ({ language, code: code.trimEnd() }),
  )
  return fences.flatMap(({ language, code }, index) => {
    if (language === 'text') return []
    const next = fences[index + 1]
    const output = next?.language === 'text' ? next.code : ''
    return [{ code, output: language === 'ts' ? null : output }]
  })
}

function splitOnce(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark)
  return [text.slice(0, at), text.slice(at + 1)]
}
