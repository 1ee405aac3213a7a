import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../services/runtime/package-root.ts'

const packages = ['kafkajs', 'chdb', '@clickhouse/client', 'fastify'] as const

/** What the figures depend on beside our own code. */
export function machineFacts() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
    commit: commit(),
    /** Before the first part: what else keeps the machine busy. */
    loadBefore: (loadavg()[0] ?? 0).toFixed(1),
  }
}

function versionOf(name: string): string {
  const text = readFileSync(join(packageRoot, 'node_modules', name, 'package.json'), 'utf8')
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}

/** With a `+` when files have been changed since. */
function commit(): string {
  try {
    const hash = git('rev-parse', '--short=12', 'HEAD')
    return git('status', '--porcelain', '--untracked-files=no') === '' ? hash : `${hash}+`
  } catch {
    return 'unknown'
  }
}

function git(...args: readonly string[]): string {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
  return execFileSync('git', args, { cwd: packageRoot, encoding: 'utf8', stdio }).trim()
}
