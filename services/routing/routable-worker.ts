import type { JsonObject } from './json-value.ts'

/** A worker as routing sees it at one moment. */
export interface RoutableWorker {
  readonly sid: string
  readonly friendlyName: string
  readonly activity: WorkerActivity
  readonly attributes: JsonObject
  /** By the unique name of the task channel. */
  readonly channels: Readonly<Record<string, WorkerChannel>>
  /** Every one that has not ended, on every channel. */
  readonly reservations: readonly LiveReservation[]
}

export interface WorkerActivity {
  readonly sid: string
  readonly name: string
  readonly isAvailable: boolean
}

export interface WorkerChannel {
  readonly isAvailable: boolean
  /** How many reservations at once; 0: none. */
  readonly configuredCapacity: number
}

export interface LiveReservation {
  readonly sid: string
  readonly task: string
  readonly channel: string
  readonly status: 'pending' | 'accepted' | 'wrapping'
}

export function reservationsOn(
  { reservations }: RoutableWorker,
  channel: string,
): readonly LiveReservation[] {
  return reservations.filter((reservation) => reservation.channel === channel)
}
