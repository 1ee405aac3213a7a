import { createExportsClient, type ExportsClient } from '../../client/exports.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'
import type { Terminal } from './terminal.ts'

/** Outbox and journal belong to the process that delivers: to open a hub for this would begin to deliver. */
export async function exportsHub(terminal: Terminal): Promise<ExportsClient> {
  const config = readConfig(terminal.env)
  const url = hubUrl(config)
  if (!(await hubAnswers(url))) throw new CommandFailure(`no hub runs at ${url}`)
  const [token] = config.LEDGERLINE_API_TOKENS
  return createExportsClient({ url, token, signal: terminal.stopping })
}
