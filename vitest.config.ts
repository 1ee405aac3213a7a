import { defineConfig } from 'vitest/config'

/** A project is a kind of test by what it needs; the folder says the kind. */
function project(name: string, include: string[], options: Record<string, unknown> = {}) {
  return { test: { name, include, pool: 'forks' as const, ...options } }
}

/** A centre's whole day, which takes minutes: beside the tests that everybody runs, and in the gate. */
const simulatedDays = ['test/journey/*-day.test.ts']

export default defineConfig({
  test: {
    // Left to itself it keeps a core back, which is half of a machine of two.
    maxWorkers: '100%',
    projects: [
      project('unit', ['test/**/*.test.ts'], {
        testTimeout: 180_000,
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
