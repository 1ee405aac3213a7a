import { readdirSync, readFileSync } from 'node:fs'

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
