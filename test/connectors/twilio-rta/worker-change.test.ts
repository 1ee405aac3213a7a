import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { OpenContact } from '../../../connectors/mapping/moment.ts'
import { workerChange } from '../../../connectors/twilio-rta/worker-change.ts'
import { wfmFixture } from '../wfm-fixture.ts'

const text = z.string().nullable()
const reservation = z.object({
  ...{ status: text, workflow_sid: text, task_sid: z.string(), task_queue_sid: z.string() },
  ...{ task_assignment_status: text, direction: text.optional(), date_updated: z.string() },
})
const message = z.object({
  ...{ product: z.string(), object: z.string(), version: z.number() },
  records: z.array(
    z.object({
      ...{ account_sid: z.string(), workspace_sid: z.string() },
      ...{ last_processed_event_sid: z.string(), date_last_processed_event: z.string() },
      worker: z.object({
        ...{
          sid: z.string(),
          activity_sid: text,
          activity_name: text,
          date_activity_updated: text,
        },
      }),
      channels: z
        .array(
          z.object({
            ...{ task_channel_name: z.string(), reservations: z.array(reservation).nullable() },
          }),
        )
        .nullable(),
    }),
  ),
})
type Reservation = z.infer<typeof reservation>

const phases = {
  pending: 'ringing',
  created: 'ringing',
  accepted: 'talk',
  wrapping: 'acw',
} as const
const read = (name: string) => message.parse(JSON.parse(wfmFixture(`twilio-rta/${name}.json`)))

/** The moment that a message is about, as far as one tells it. */
function contactOf(channel: string, told: Reservation): OpenContact {
  const phase = Object.entries(phases).find(([status]) => status === told.status)?.[1] ?? 'talk'
  const direction =
    told.direction === 'inbound' || told.direction === 'outbound' ? told.direction : 'unknown'
  return {
    ...{ task: told.task_sid, channel, phase, direction, queue: told.task_queue_sid },
    ...{ workflow: told.workflow_sid, since: Date.parse(told.date_updated) },
  }
}

describe('what Twilio sends of a moment is sent, as far as the ledger knows it', () => {
  test.each([
    '01-available-idle',
    '02-reserved',
    '03-talking-inbound',
    '04-wrapping',
    '05-chat-two-and-voice',
    '06-break-still-on-task',
    '07-offline-null-channels',
  ])('%s', (name) => {
    const golden = read(name)
    const [record] = golden.records
    if (record === undefined) throw new Error('it has no record')
    const { worker } = record
    const contacts = (record.channels ?? []).flatMap(({ task_channel_name, reservations }) =>
      (reservations ?? []).map((told) => contactOf(task_channel_name, told)),
    )
    const activityAt = Date.parse(worker.date_activity_updated ?? '')
    const made = workerChange(
      [
        {
          moment: {
            ...{ agent: worker.sid, contacts, attributes: {} },
            activity: {
              ...{ id: worker.activity_sid ?? '', name: worker.activity_name ?? '' },
              ...{ class: 'available', since: activityAt },
            },
          },
          activityAt,
          lastEvent: {
            id: record.last_processed_event_sid,
            at: Date.parse(record.date_last_processed_event),
          },
        },
      ],
      { account: record.account_sid, workspace: record.workspace_sid },
    )
    const busy = (record.channels ?? [])
      .filter(({ reservations }) => reservations !== null)
      .map((one) => ({
        ...one,
        reservations: (one.reservations ?? []).map((told) => ({ direction: null, ...told })),
      }))
      .toSorted((a, b) => (a.task_channel_name < b.task_channel_name ? -1 : 1))
    expect(message.parse(made)).toEqual({
      ...golden,
      records: [{ ...record, channels: busy.length === 0 ? null : busy }],
    })
  })
})

test('of somebody of whom nothing has been told almost everything is null', () => {
  const moment = { agent: 'WK1', activity: null, contacts: [], attributes: {} }
  const made = workerChange([{ moment, activityAt: null, lastEvent: null }], {
    ...{ account: 'AC1', workspace: 'WS1' },
  })
  expect(made.records).toEqual([
    {
      worker: {
        ...{ sid: 'WK1', activity_sid: null, activity_name: null, date_activity_updated: null },
      },
      ...{ channels: null, account_sid: 'AC1', workspace_sid: 'WS1' },
      ...{ last_processed_event_sid: null, date_last_processed_event: null },
    },
  ])
})
