import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/** The most memory that processes have held, in bytes; null: it cannot be known here. */
export interface PeakMemory {
  readonly hub: number | null
  readonly engine: number | null
}

/** Resident pages at their highest, those of mapped libraries included. */
export function peakBytes(pid: number): number | null {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`)) ?? []
  if (kibibytes !== undefined) return Number(kibibytes) * 1024
  return pid === process.pid ? process.resourceUsage().maxRSS * 1024 : null
}

/** Forgets the highest so far, so that `peakBytes` tells that from now on; false: it cannot. */
export function forgetPeak(pid: number): boolean {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
    return true
  } catch {
    return false
  }
}

/** What a process holds now, in bytes; null: it cannot be known here. */
export function residentBytes(pid: number): number | null {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(textOf(`/proc/${pid}/status`)) ?? []
  return kibibytes === undefined ? null : Number(kibibytes) * 1024
}

/** How long cores have worked for a process, all its threads together; null: it cannot be known here. */
export function workedMs(pid: number): number | null {
  // After the name, which may hold anything, in brackets: the 12th and 13th are ticks of a hundredth of a second.
  const ticks = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13)
  return ticks.length === 2 ? (Number(ticks[0]) + Number(ticks[1])) * 10 : null
}

/** The engine that this process has started: the child whose command says so. */
export function enginePid(): number | null {
  const pids = namesIn('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.find((pid) => {
    const [, parent] = /^PPid:\s+(\d+)$/m.exec(textOf(`/proc/${pid}/status`)) ?? []
    const isOurs = parent === String(process.pid)
    return isOurs && /warehouse[/\\]engine\./.test(textOf(`/proc/${pid}/cmdline`))
  })
  return found === undefined ? null : Number(found)
}

export function peakMemory(engine: number | null): PeakMemory {
  return { hub: peakBytes(process.pid), engine: engine === null ? null : peakBytes(engine) }
}

/** Where there is no /proc, and of a process that is gone, nothing is known. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
