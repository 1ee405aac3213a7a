import type { Instant } from '../../schemas/events/instant.ts'
import type { JsonObject, JsonValue } from './json-value.ts'
import { reservationsOn, type RoutableWorker, type WorkerActivity } from './routable-worker.ts'

/**
 * What `worker.` names: the attributes, and over them the fields that Twilio's pages name (`sid`, `friendly_name`,
 * `activity_sid`, `activity_name`; `channel.<name>.…` of the page on multitasking). Assigned are those accepted; a channel
 * is used by those pending, accepted and wrapping.
 */
export function workerDocument(worker: RoutableWorker): JsonObject {
  const { sid, friendlyName, activity, attributes, channels } = worker
  const channel: Record<string, JsonObject> = {}
  for (const [name, { configuredCapacity }] of Object.entries(channels)) {
    const used = reservationsOn(worker, name)
    const share = configuredCapacity === 0 ? 1 : used.length / configuredCapacity
    channel[name] = {
      configured_capacity: configuredCapacity,
      assigned_tasks: used.filter(({ status }) => status === 'accepted').length,
      available_capacity_percentage: Math.max(0, Math.floor((1 - share) * 100)),
    }
  }
  // Not by spreading, which gives each of thousands of documents a hidden class of its own, nor by assigning: an attribute may
  // be called `__proto__`.
  return Object.fromEntries<JsonValue>([
    ...Object.entries(attributes),
    ['sid', sid],
    ['friendly_name', friendlyName],
    ['activity_sid', activity.sid],
    ['activity_name', activity.name],
    ['channel', channel],
  ])
}

/**
 * What `workers.` names in a skip_if: the workers of the step's queue, counted by their activity. `activitySids` are all
 * that the workspace has: one in which nobody is counts none, where a name unknown would be null.
 */
export function workersDocument(
  activities: Iterable<WorkerActivity>,
  activitySids: Iterable<string>,
): JsonObject {
  const counts: Record<string, number> = { available: 0, unavailable: 0 }
  for (const sid of activitySids) counts[sid] = 0
  for (const { sid, isAvailable } of activities) {
    const name = isAvailable ? 'available' : 'unavailable'
    counts[name] = (counts[name] ?? 0) + 1
    counts[sid] = (counts[sid] ?? 0) + 1
  }
  return counts
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/**
 * What `taskrouter.` names: the time of day in UTC. The page calls the hour a string and compares it with numbers
 * (`taskrouter.currentHour > 8`); since types are never converted here, it is a number.
 */
export function momentDocument(at: Instant): JsonObject {
  const time = new Date(at)
  return {
    currentTime: time.getUTCHours() * 100 + time.getUTCMinutes(),
    currentHour: time.getUTCHours(),
    currentMin: time.getUTCMinutes(),
    dayOfWeek: days[time.getUTCDay()] ?? null,
  }
}
