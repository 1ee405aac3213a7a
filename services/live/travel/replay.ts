import type { Instant } from '../../../schemas/events/instant.ts'
import type { Clock } from '../../runtime/clock.ts'
import { changesText, wholeText } from '../state-answers.ts'
import type { StateView } from '../state-view.ts'
import { createStreamMessage, type StreamMessage } from '../stream-message.ts'
import type { PastView } from './past-view.ts'

export interface ReplayOptions {
  /** As it was at the beginning; the replay goes on with it. */
  readonly past: PastView
  /** What the reader wants to see of it. */
  readonly view: StateView
  readonly to: Instant
  /** So many times as fast as it went; 0: as fast as it can be read. */
  readonly speed: number
  readonly clock: Clock
  /** Resolves when the reader can take more. */
  readonly send: (message: StreamMessage) => Promise<void>
  /** The reader has left. */
  readonly signal: AbortSignal
}

/** How far it goes at once when nobody waits for it. */
const stepMs = 1_000

/** So often something is sent, at the most. */
const gapMs = 200

/** So much of the past is read at once: a minute of a thousand events a second is what memory holds of it. */
const pageMs = 60_000

/** Tells what was shown from the view's moment to `to`: a snapshot, then what changes, and that it is over. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { past, view, to, speed, clock, send, signal } = options
  const { publication } = past.view
  const length = speed === 0 ? stepMs : Math.max(1, Math.round(gapMs * speed))
  const held = () => ({ asOf: past.moment.at, as: past.moment.as })
  const goesOn = (until: Instant) => past.moment.at < until && !signal.aborted
  const message = (event: string, data: Iterable<string>) =>
    createStreamMessage(event, String(past.moment.at), [...data])
  const snapshot = () => message('snapshot', wholeText(view, held))

  await send(snapshot())
  while (goesOn(to)) {
    const until = Math.min(to, past.moment.at + Math.max(pageMs, length))
    const steps = await past.readUntil(until)
    while (goesOn(until)) {
      const [began, { sequence }] = [clock.now(), publication]
      steps.goTo(Math.min(until, past.moment.at + length))
      const changes =
        publication.sequence === sequence
          ? ''
          : changesText(view, sequence, () => JSON.stringify(held()))
      if (changes === null) await send(snapshot())
      else if (changes !== '') await send(message('changes', [changes]))
      // Others are to be answered meanwhile, however fast it goes.
      const left = speed === 0 ? 0 : gapMs - (clock.now() - began)
      await clock.sleep(Math.max(0, left), signal)
    }
  }
  if (!signal.aborted) await send(message('end', [JSON.stringify(held())]))
}
