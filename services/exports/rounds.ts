import type { WriteFault } from '../../connectors/written.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import { intervalStart } from '../time/interval.ts'
import { tableOf, type ExportFile } from './export-file.ts'
import { short, type Exporter } from './exporter.ts'
import type { ExportJournal, KnownStretch } from './journal.ts'
import {
  differing,
  dueFiles,
  type DueFile,
  type Standing,
  type WrittenStretch,
} from './plan/due.ts'
import { stretchesOf } from './plan/stretches.ts'

/** Writes what is due. */
export interface Rounds {
  /** One look at all files. What could not be done is tried in the next one; rejects when nothing can be. */
  round(): Promise<RoundResult>
  /** How the files of a sort stand. */
  look(file: ExportFile): Promise<Look>
  refusal(file: ExportFile): Refusal | null
}

export interface RoundResult {
  readonly sent: number
  readonly refused: number
}

export interface Look {
  readonly stretches: readonly Span[]
  readonly written: ReadonlyMap<Instant, KnownStretch>
  readonly differing: readonly WrittenStretch[]
  readonly due: readonly DueFile[]
  readonly standing: Standing
}

/** The last that could not be written. */
export interface Refusal extends Span {
  readonly at: Instant
  readonly faults: readonly WriteFault[]
}

export interface RoundsOptions {
  readonly files: readonly ExportFile[]
  readonly exporter: Exporter
  readonly journal: ExportJournal
  readonly standing: (table: ReturnType<typeof tableOf>, span: Span) => Promise<Standing>
  readonly clock: Clock
  readonly logger: Logger
}

export function createRounds(options: RoundsOptions): Rounds {
  const { files, exporter, journal, clock, logger } = options
  const refusals = new Map<string, Refusal>()

  async function look(file: ExportFile): Promise<Look> {
    const now = clock.now()
    const grid = exporter.grid(file)
    const begin = file.since ?? journal.begin(file, intervalStart(now, grid.stretchMs))
    const toldUntil = journal.toldUntil(file) ?? begin
    // What nobody was told of is told however old it is, and what was told is looked at for some days.
    const from = Math.max(begin, Math.min(now - file.lookBackMs, toldUntil))
    const stretches = stretchesOf(grid, { from, to: now })
    const span = { from: stretches[0]?.from ?? from, to: stretches.at(-1)?.to ?? from }
    const written = journal.told(file, span.from)
    const standing = await options.standing(tableOf(file.form), span)
    const print = await exporter.prints(file, span)
    const printOf = (stretch: Span) => short(print(stretch))
    return {
      ...{ stretches, written, standing },
      differing: differing(stretches, written, printOf),
      due: dueFiles(file.policy, stretches, written, printOf, standing),
    }
  }

  async function roundOf(file: ExportFile): Promise<RoundResult> {
    await exporter.resume(file)
    const { due, written, standing } = await look(file)
    let [sent, refused] = [0, 0]
    for (const one of due) {
      const [first] = one.stretches
      const isCorrection = file.policy.lateData === 'upsert' && one.isRestated
      const since = (isCorrection && first !== undefined && written.get(first.from)) || null
      const seen = { asOf: standing.asOf, lacks: one.lacks }
      const result = await exporter.send(file, one.span, seen, {
        isRestated: one.isRestated,
        since,
      })
      if (result.kind === 'sent') sent += 1
      if (result.kind === 'refused') refused += 1
      noteRefusal(file, one.span, result.kind === 'refused' ? result.faults : null)
    }
    return { sent, refused }
  }

  function noteRefusal(file: ExportFile, span: Span, faults: readonly WriteFault[] | null): void {
    const place = placeOf(file)
    if (faults === null) {
      if ((refusals.get(place)?.from ?? Infinity) <= span.from) refusals.delete(place)
      return
    }
    const before = refusals.get(place)
    if (before?.from !== span.from) {
      const { target, name } = file
      logger.error(
        { target, file: name, ...span, faults: faults.length },
        'a file cannot be written',
      )
    }
    refusals.set(place, { ...span, at: clock.now(), faults })
  }

  return {
    look,
    refusal: (file) => refusals.get(placeOf(file)) ?? null,
    async round() {
      const total = { sent: 0, refused: 0 }
      for (const file of files) {
        if (file.deliverTo === null) continue
        try {
          const { sent, refused } = await roundOf(file)
          total.sent += sent
          total.refused += refused
        } catch (error) {
          // One target whose outbox is full does not hold up the others.
          if (!(error instanceof LedgerlineError)) throw error
          const { target, name } = file
          logger.warn({ err: error, target, file: name }, 'files wait for the next round')
        }
      }
      return total
    },
  }
}

function placeOf({ target, name }: ExportFile): string {
  return `${target} ${name}`
}

/** Looks again and again, from when it may begin until it is closed. */
export function startRounds(
  rounds: Rounds,
  { clock, logger }: Pick<RoundsOptions, 'clock' | 'logger'>,
  after: Promise<void>,
): { close(): Promise<void> } {
  const stopping = new AbortController()
  const closing = new Promise<void>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve())
  })
  const running = run()

  async function run(): Promise<void> {
    await Promise.race([after, closing])
    while (!stopping.signal.aborted) {
      await rounds.round().catch((error: unknown) => {
        logger.error({ err: error }, 'the files that are due could not be written')
      })
      await clock.sleep(everyMs, stopping.signal)
    }
  }

  return {
    async close() {
      stopping.abort()
      await running
    },
  }
}

const everyMs = 20_000
