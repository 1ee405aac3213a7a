import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { teamOf } from '../../schemas/events/team.ts'
import type { Topic } from '../log/topics.ts'
import type { Row } from '../warehouse/warehouse.ts'

/** An event where it stands in a topic: under an entity; an empty one is what all shards are told. */
interface Placed {
  readonly entity: string
  readonly event: LedgerEvent
}

interface Sighting extends Row {
  first_at: number
  last_at: number
  first_received_at: number
}

/**
 * When events of a topic told of queues and workers what a routing state must know however long ago it was told, as rows of
 * `routing_sightings`: one a value and UTC day. Rows of parts of the events, in any order and with any part twice, merge to
 * the same rows.
 */
export function routingSightings(topic: Topic, placed: readonly Placed[]): readonly Row[] {
  const rows = new Map<string, Sighting>()
  for (const { entity, event } of placed) {
    // What the hub derives bears what its cause has told, and what it imports is in the ledger's configuration.
    if (event.road === 'hub') continue
    const { at, receivedAt } = event
    for (const { kind, field, id, value } of toldIn(topic, entity, event)) {
      if (id === null || id === '' || value === null) continue
      const key = JSON.stringify([kind, field, id, Math.floor(at / dayMs), value])
      const known = rows.get(key)
      if (known === undefined) {
        const times = { first_at: at, last_at: at, first_received_at: receivedAt }
        rows.set(key, { kind, field, id, value, ...times })
      } else {
        known.first_at = Math.min(known.first_at, at)
        known.last_at = Math.max(known.last_at, at)
        known.first_received_at = Math.min(known.first_received_at, receivedAt)
      }
    }
  }
  return [...rows.values()]
}

const dayMs = 86_400_000

interface Told {
  readonly kind: 'queue' | 'worker'
  readonly field: string
  readonly id: string | null
  readonly value: string | null
}

function toldIn(topic: Topic, entity: string, event: LedgerEvent): readonly Told[] {
  if (topic === 'ledgerline.workers') return toldOfWorker(entity, event)
  const isOfQueues = topic === 'ledgerline.tasks' || topic === 'ledgerline.config'
  return isOfQueues ? toldOfQueue(event) : []
}

function toldOfQueue({ type, queue: id, queueName, workspace }: LedgerEvent): readonly Told[] {
  const place = type === 'task-queue.deleted' ? '' : workspace
  return [
    { kind: 'queue', field: 'place', id, value: place },
    { kind: 'queue', field: 'name', id, value: queueName },
  ]
}

/** That it was told is enough: what it was is in the events of that day, which are quickly found. */
function toldOfWorker(id: string, event: LedgerEvent): readonly Told[] {
  const { type, workerName, attributes, channel, capacity, channelAvailable } = event
  const told = (field: string, value: string | null, isTold: boolean) =>
    ({ kind: 'worker', field, id, value: isTold ? value : null }) as const
  const name = told('name', '', workerName !== null)
  if (!type.startsWith('worker.')) return [name]
  return [
    name,
    told('team', '', teamOf(event) !== undefined),
    told('attributes', '', attributes !== null),
    told('capacity', channel, capacity !== null),
    told('availability', channel, channelAvailable !== null),
  ]
}
