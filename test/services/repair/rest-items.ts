import { z } from 'zod'
import type { Item } from '../../support/twilio-rest-server.ts'
import { readFixture } from '../ingest/fixtures.ts'

const pageSchema = z.object({ events: z.array(z.record(z.string(), z.unknown())) })

/** The events of the recorded pages. */
export function restFixture(): readonly Item[] {
  return [1, 2].flatMap(
    (page) =>
      pageSchema.parse(
        JSON.parse(readFixture(`rest/events_page_${page}.json`).toString('utf8')) as unknown,
      ).events,
  )
}

/** So many tasks that were created one after the other. */
export function numberedEvents(count: number, from: number, gapMs: number): readonly Item[] {
  return Array.from({ length: count }, (_, index) => {
    const hex = index.toString(16).padStart(32, '0')
    const at = from + index * gapMs
    return {
      sid: `EV${hex}`,
      event_type: 'task.created',
      event_date: new Date(at).toISOString(),
      event_date_ms: at,
      account_sid: 'ACfa4e0000000000000000000000000001',
      workspace_sid: 'WSfa4e0000000000000000000000000001',
      event_data: { task_sid: `WT${hex}`, task_channel_unique_name: 'voice' },
    }
  })
}
