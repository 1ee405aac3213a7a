import type { StreamMessage } from './stream-message.ts'

/** The way to one reader of the stream. */
export interface StreamConnection {
  /** Sends it; false: it takes no more for now, and will say when it does again. */
  write(message: StreamMessage): boolean
  /** Gives a sign of life; answers as `write`. */
  beat(): boolean
  end(): void
  onDrain(listener: () => void): void
  /** Calls once, when the reader is gone or the stream was ended. */
  onEnd(listener: () => void): void
}
