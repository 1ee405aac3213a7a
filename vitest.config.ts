import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** vitest's own limit of a second is too short to ask an engine, where two of them share two cores with all else. */
const poll = { timeout: 30_000 }

/** A project is a kind of test by what it needs; the folder says the kind. */
function project(name: string, include: string[], options: Record<string, unknown> = {}) {
  return { test: { name, include, pool: 'forks' as const, expect: { poll }, ...options } }
}

/**
 * What takes long begins first, so that no worker is left alone with it in the end. Of a clean clone vitest itself knows
 * only how large files are.
 */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isIn = (folder: string) => (file: TestSpecification) =>
      file.moduleId.includes(`/test/${folder}/`)
    const folders = ['journey', 'contract', 'properties'].map(isIn)
    const isElsewhere = (file: TestSpecification) => !folders.some((is) => is(file))
    return [...folders, isElsewhere].flatMap((is) => sorted.filter(is))
  }
}

/** A centre's whole day and what else takes minutes: beside the tests that everybody runs, and in the gate. */
const simulatedDays = [
  'test/journey/repaired-day.test.ts',
  'test/journey/demo.test.ts',
  'test/journey/operations.test.ts',
  'test/journey/rebuild.test.ts',
  'test/journey/rebuild-from.test.ts',
  'test/journey/simulated-*.test.ts',
  'test/journey/takeover.test.ts',
]

export default defineConfig({
  test: {
    // Left to itself it keeps a core back, which is half of a machine of two.
    maxWorkers: '100%',
    sequence: { sequencer: LongFirst },
    projects: [
      project('unit', ['test/**/*.test.ts'], {
        testTimeout: 180_000,
        // Some begin with an engine of their own, which takes seconds where much else goes on.
        hookTimeout: 60_000,
        // They share no state, so each worker loads the modules once: for each file anew it took longer than most tests.
        isolate: false,
        exclude: [
          'test/journey/**',
          'test/contract/**',
          'test/kafka/**',
          'test/browser/**',
          'test/long/**',
        ],
      }),
      project('engine', ['test/contract/*.test.ts', 'test/journey/*.test.ts'], {
        testTimeout: 400_000,
        hookTimeout: 180_000,
        exclude: simulatedDays,
      }),
      project('simulated', simulatedDays, {
        testTimeout: 600_000,
        hookTimeout: 180_000,
      }),
      project('kafka', ['test/kafka/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
      project('browser', ['test/browser/*.test.ts'], {
        testTimeout: 400_000,
        hookTimeout: 180_000,
      }),
      project('long', ['test/long/*.test.ts'], {
        testTimeout: 0,
        hookTimeout: 0,
        fileParallelism: false,
      }),
    ],
  },
})
