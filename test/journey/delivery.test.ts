import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDeliveryClient } from '../../client/delivery.ts'
import { openHub } from '../../services/main.ts'
import { readConfig } from '../../services/runtime/config.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { tempFolder } from '../support/temp-folder.ts'

test('a hub with targets shows them, lets go of the outbox when it closes, and has it again when it opens', async () => {
  const folder = await tempFolder()
  try {
    const out = join(folder.path, 'out')
    await mkdir(out)
    const targets = join(folder.path, 'targets.yaml')
    await writeFile(targets, `targets:\n  files: { kind: directory, folder: ${out} }\n`)
    const config = readConfig({
      ...{ LEDGERLINE_DATA_DIR: folder.path, LEDGERLINE_TARGETS: targets },
      ...{ LEDGERLINE_PORT: '0', LEDGERLINE_ENGINE_PORT: '0' },
    })
    for (let start = 1; start <= 2; start++) {
      const hub = await openHub(config, { logger: silentLogger })
      try {
        const client = createDeliveryClient({ url: hub.url })
        expect((await client.status()).targets).toMatchObject([
          { name: 'files', kind: 'directory', address: out, breaker: 'closed' },
        ])
        expect(await client.journal()).toEqual({ lines: [], isWhole: true })
        await expect(client.resend({ target: 'nobody', key: 'x' })).rejects.toMatchObject({
          status: 404,
        })
      } finally {
        await hub.close()
      }
    }
  } finally {
    await folder.remove()
  }
})
