import type { Activity, Centre } from '../services/simulator/model/centre.ts'
import type { SimulatedEvent } from '../services/simulator/model/event.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { asCallbacks } from './traffic.ts'

/** An agent who does nothing but change his activity, so that each change can be told on the stream. */
export interface ProbeWorker {
  readonly sid: string
  created(at: number): Parcel
  /** The next change, which happens at `at`. */
  changed(at: number): Parcel
}

export function createProbeWorker(centre: Centre, number: number): ProbeWorker {
  // Never one in which he could be offered a task.
  const activities = centre.activities.filter(({ available }) => !available)
  const sid = `WK${hex(number)}`
  const name = `probe ${number}`
  let version = 0

  function activityAt(index: number): Activity {
    const activity = activities[index % activities.length]
    if (activity === undefined) throw new Error('a centre without an activity to rest in')
    return activity
  }

  function eventOf(type: SimulatedEvent['type'], at: number): SimulatedEvent {
    const activity = activityAt(version)
    return {
      sid: `EV${hex(number * 1_000_000 + version)}`,
      ...{ type, at, resourceSid: sid, description: `Worker ${name}` },
      worker: {
        ...{ sid, name, attributes: '{}', version },
        activitySid: activity.sid,
        activityName: activity.name,
      },
    }
  }

  function parcelOf(event: SimulatedEvent): Parcel {
    const [parcel] = asCallbacks([event], centre)
    if (parcel === undefined) throw new Error('an event without a request')
    return parcel
  }

  return {
    sid,
    created: (at) => parcelOf(eventOf('worker.created', at)),
    changed(at) {
      const previous = activityAt(version)
      version++
      const previousActivity = { sid: previous.sid, name: previous.name, timeMs: 0 }
      return parcelOf({ ...eventOf('worker.activity.update', at), previousActivity })
    },
  }
}

function hex(number: number): string {
  return number.toString(16).padStart(32, '0')
}
