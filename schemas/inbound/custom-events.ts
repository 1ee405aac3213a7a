import { z } from 'zod'
import {
  callEventTypes,
  conferenceEventTypes,
  configEventTypes,
  contactEventTypes,
  conversationEventTypes,
  eventTypes,
  flowEventTypes,
  hubEventTypes,
  messageEventTypes,
  profileEventTypes,
  reservationEventTypes,
  taskEventTypes,
  transferEventTypes,
  workerEventTypes,
  type EventType,
} from '../events/event-types.ts'
import { customEventDataFields, requiredId } from './custom-event-fields.ts'

/** How CloudEvents name an attribute, be it theirs or an extension. One of theirs in JSON has an underscore. */
export const attributeName = /^(?:[a-z0-9]+|data_base64)$/

/**
 * What a custom channel sends to `POST /events`: CloudEvents 1.0 whose type is one of the ledger's own names
 * (`task.created`, `reservation.hold`, ...) and whose data are the ledger's fields, in snake_case.
 */
export const customEventSchema = z
  .object({
    specversion: z.literal('1.0').describe('The version of CloudEvents.'),
    id: requiredId.describe('With `source` it makes the event one: sent twice, it counts once.'),
    source: requiredId.meta({ description: 'Who says so.', format: 'uri-reference' }),
    type: requiredId.describe('A name of the ledger’s; any other is kept as it is, and counted.'),
    time: z.iso
      .datetime({
        offset: true,
        error: 'must be a time with an offset, such as 2026-03-10T14:15:10Z',
      })
      .describe('When it happened, with an offset: after 1970, and not in the future.'),
    subject: z.string().min(1).nullish().describe('Kept, and not read.'),
    datacontenttype: z
      .string()
      .regex(/^[\w.+-]+\/(?:[\w.+-]+\+)?[jJ][sS][oO][nN] *(?:;|$)/, 'the data must be JSON')
      .nullish()
      .describe('JSON, as it is when nothing is said.'),
    dataschema: z
      .string()
      .min(1)
      .nullish()
      .meta({ description: 'Kept, and not fetched.', format: 'uri' }),
    data: z.looseObject({}).describe('What has happened.'),
    data_base64: z.never('the data must be JSON, in `data`').optional(),
  })
  .catchall(
    z.union([z.string(), z.boolean(), z.int(), z.null()], {
      error: 'an extension must be a text, an integer, true or false',
    }),
  )
  .meta({ propertyNames: { pattern: attributeName.source } })

/** Of any type. Fields that are not named here are kept in the payload. */
export const customEventDataSchema = z.looseObject(customEventDataFields)

/**
 * What only the hub can know, or what it makes of other events. `source.error` is not among them: a channel is a source,
 * and may say of itself that something has gone wrong.
 */
const hubOnly = [
  'clock.ticked',
  'source.gap',
  'interval.finalised',
  'export.delivered',
  'definitions.set',
  'mapping.set',
  'schedule.set',
  'schedule.excepted',
  'identities.set',
  'forecast.set',
  'identity.assigned',
  'task-queue.configured',
  'workflow.configured',
  'reservation.force-closed',
  'task.force-closed',
  'task.reopened',
  'task.preceded',
  'identity.labelled',
  'unknown',
] as const satisfies readonly EventType[]

export type CustomEventType = Exclude<EventType, (typeof hubOnly)[number]>

export const hubOnlyTypes: ReadonlySet<string> = new Set(hubOnly)

export const customEventTypes: readonly CustomEventType[] = eventTypes.filter(isCustom)

function isCustom(type: EventType): type is CustomEventType {
  return !hubOnlyTypes.has(type)
}

const ofTask = customEventDataSchema.extend({ task: required('task') })

/**
 * Type → what its data must be: an id that the ledger asks of the type is asked of the sender. Not of `message.added`: a
 * message that is told of by one event needs no other id than the event's.
 */
export const customEventDataSchemas: ReadonlyMap<string, z.ZodType<CustomEventData>> = new Map([
  ...asked(taskEventTypes, ofTask),
  ...asked(transferEventTypes, ofTask),
  ...asked(reservationEventTypes, ofTask.extend({ reservation: required('reservation') })),
  ...asked(workerEventTypes, customEventDataSchema.extend({ worker: required('worker') })),
  ...asked(configEventTypes, customEventDataSchema),
  ...asked(
    conversationEventTypes,
    customEventDataSchema.extend({ conversation: required('conversation') }),
  ),
  ...asked(messageEventTypes, customEventDataSchema.extend({ message: required('message') })),
  ...asked(['message.added'], customEventDataSchema),
  ...asked(callEventTypes, customEventDataSchema.extend({ call: required('call') })),
  ...asked(
    conferenceEventTypes,
    customEventDataSchema.extend({ conference: required('conference') }),
  ),
  ...asked(flowEventTypes, customEventDataSchema.extend({ execution: required('execution') })),
  ...asked(profileEventTypes, customEventDataSchema),
  ...asked(contactEventTypes, customEventDataSchema),
  ...asked(hubEventTypes, customEventDataSchema),
])

function asked(
  types: readonly EventType[],
  schema: z.ZodType<CustomEventData>,
): (readonly [string, z.ZodType<CustomEventData>])[] {
  return types.filter(isCustom).map((type) => [type, schema] as const)
}

function required(name: keyof typeof customEventDataFields): z.ZodString {
  return requiredId.describe(customEventDataFields[name].description ?? '')
}

export type CustomEvent = z.infer<typeof customEventSchema>
export type CustomEventData = z.infer<typeof customEventDataSchema>
