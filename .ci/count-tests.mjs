import console from 'node:console'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import process from 'node:process'

// Sums vitest's reports: count-tests.mjs FOLDER RUN… -- BROKEN_STEP…
// A run that ended badly without a test to blame, or without a report, counts as one failure: nothing fails silently.

const [folder, ...words] = process.argv.slice(2)
const border = words.indexOf('--')
const [runs, broken] = [words.slice(0, border), words.slice(border + 1)]

const sum = { passed: 0, failed: 0, skipped: 0 }
for (const run of runs) {
  const { passed, failed, skipped, failures } = countsOf(run)
  // Named again here: whoever reads only the end of a log should not have to search it.
  for (const { name, reason } of failures) console.log(`failed in ${run}: ${name}\n  ${reason}`)
  sum.passed += passed
  sum.skipped += skipped
  sum.failed += broken.includes(run) ? Math.max(failed, 1) : failed
}
sum.failed += broken.filter((step) => !runs.includes(step)).length

if (broken.length > 0) console.log(`failed steps: ${broken.join(', ')}`)
if (sum.skipped > 0) console.log(`${sum.skipped} skipped`)
console.log(`${sum.passed} passed, ${sum.failed} failed`)
process.exitCode = sum.failed > 0 ? 1 : 0

function countsOf(run) {
  const report = read(run)
  if (report === null) return { passed: 0, failed: 1, skipped: 0, failures: [] }
  // A file that cannot even be loaded has no tests that could fail.
  const unloadable = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [...unloadable.map(asFailure), ...report.testResults.flatMap(failuresOf)],
  }
}

function asFailure({ name, message }) {
  return { name: relative(process.cwd(), name), reason: firstOf(message) }
}

function failuresOf({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({
      name: `${relative(process.cwd(), name)}: ${fullName}`,
      reason: firstOf(failureMessages.join('\n')),
    }))
}

/** Of a property's failure the seed is on a line of its own below. */
function firstOf(message) {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.slice(0, 4).join(' | ').slice(0, 600)
}

function read(run) {
  try {
    return JSON.parse(readFileSync(join(folder, `${run}.json`), 'utf8'))
  } catch {
    return null
  }
}
