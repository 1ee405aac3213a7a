import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { boards } from '../../dashboards/all.ts'
import { dashboardOf } from '../../dashboards/board.ts'
import { generatedFolder } from '../support/dashboard-json.ts'
import { root } from '../support/source-files.ts'

// After a change of what they are made of: npm run dashboards
test.each(boards.map((board) => [`${board.name}.json`, board] as const))(
  'dashboards/generated/%s is what its board makes',
  async (file, board) => {
    const text = `${JSON.stringify(dashboardOf(board), null, 2)}\n`
    await expect(text).toMatchFileSnapshot(join(root, generatedFolder, file))
  },
)

test('no dashboard is there that no board makes', () => {
  const made = boards.map(({ name }) => `${name}.json`)
  expect(readdirSync(join(root, generatedFolder)).filter((file) => !made.includes(file))).toEqual(
    [],
  )
})
