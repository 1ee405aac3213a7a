import type { FastifyInstance } from 'fastify'
import type { ParsedUrlQuery } from 'node:querystring'

export interface TestSink {
  readonly sid: string
  readonly description: string
  readonly sink_type: string
  readonly sink_configuration: Readonly<Record<string, unknown>>
  status: string
}

export interface TestSubscription {
  readonly sid: string
  readonly sink_sid: string
  readonly description: string
  readonly types: Map<string, number>
}

/** What can be set up in a Twilio account, and each change that was made to it. */
export interface TwilioAccount {
  readonly workspace: { event_callback_url: string; events_filter: string }
  readonly conversations: { post_webhook_url: string; pre_webhook_url: string; filters: string[] }
  readonly sinks: TestSink[]
  readonly subscriptions: TestSubscription[]
  readonly changes: string[]
}

export function createTwilioAccount(): TwilioAccount {
  return {
    workspace: { event_callback_url: '', events_filter: '' },
    conversations: { post_webhook_url: '', pre_webhook_url: '', filters: [] },
    sinks: [],
    subscriptions: [],
    changes: [],
  }
}

type ByForm = { Body: ParsedUrlQuery; Params: Record<string, string> }

/** The resources that say where Twilio sends what. */
export function addSetupRoutes(
  app: FastifyInstance,
  account: TwilioAccount,
  onSinkTest: (destination: string, testId: string) => Promise<void> = () => Promise.resolve(),
): void {
  const { workspace, conversations, sinks, subscriptions, changes } = account

  app.get('/taskrouter/v1/Workspaces/:sid', () => workspace)
  app.post<ByForm>('/taskrouter/v1/Workspaces/:sid', ({ body }) => {
    changes.push('workspace')
    workspace.event_callback_url = textOf(body['EventCallbackUrl']) ?? workspace.event_callback_url
    workspace.events_filter = textOf(body['EventsFilter']) ?? workspace.events_filter
    return workspace
  })

  app.get('/conversations/v1/Configuration/Webhooks', () => conversations)
  app.post<ByForm>('/conversations/v1/Configuration/Webhooks', ({ body }) => {
    changes.push('conversations')
    conversations.post_webhook_url = textOf(body['PostWebhookUrl']) ?? ''
    conversations.filters = [body['Filters'] ?? []].flat()
    return conversations
  })

  app.get('/events/v1/Sinks', () => ({ sinks, meta: { key: 'sinks', next_page_url: null } }))
  app.post<ByForm>('/events/v1/Sinks', ({ body }, reply) => {
    changes.push('sink')
    const sink: TestSink = {
      sid: sidOf('DG', sinks.length),
      description: textOf(body['Description']) ?? '',
      sink_type: textOf(body['SinkType']) ?? '',
      sink_configuration: JSON.parse(textOf(body['SinkConfiguration']) ?? '{}') as Record<
        string,
        unknown
      >,
      status: 'initialized',
    }
    sinks.push(sink)
    return reply.code(201).send(sink)
  })
  app.get<ByForm>('/events/v1/Sinks/:sid', ({ params }) => sinkOf(params['sid']))
  app.post<ByForm>('/events/v1/Sinks/:sid/Test', async ({ params }, reply) => {
    const sink = sinkOf(params['sid'])
    sink.status = 'validating'
    await onSinkTest(String(sink.sink_configuration['destination']), `test-of-${sink.sid}`)
    return reply.code(201).send({ result: 'submitted' })
  })
  app.post<ByForm>('/events/v1/Sinks/:sid/Validate', ({ params, body }, reply) => {
    const sink = sinkOf(params['sid'])
    const isRight = body['TestId'] === `test-of-${sink.sid}`
    sink.status = isRight ? 'active' : 'failed'
    return reply.code(201).send({ result: isRight ? 'valid' : 'invalid' })
  })

  app.get('/events/v1/Subscriptions', () => ({
    subscriptions: subscriptions.map(({ sid, sink_sid, description }) => ({
      ...{ sid, sink_sid, description },
    })),
    meta: { key: 'subscriptions', next_page_url: null },
  }))
  app.post<ByForm>('/events/v1/Subscriptions', ({ body }, reply) => {
    const sink = sinkOf(textOf(body['SinkSid']) ?? undefined)
    if (sink.status !== 'active') return reply.code(400).send({ code: 20001, status: 400 })
    if (subscriptions.some(({ sink_sid }) => sink_sid === sink.sid)) {
      return reply.code(400).send({ code: 20001, status: 400, message: 'Sink is in use' })
    }
    changes.push('subscription')
    const types = [body['Types'] ?? []].flat().map((text) => {
      const { type, schema_version } = JSON.parse(text) as { type: string; schema_version: number }
      return [type, schema_version] as const
    })
    const made = {
      sid: sidOf('DF', subscriptions.length),
      sink_sid: sink.sid,
      description: textOf(body['Description']) ?? '',
    }
    subscriptions.push({ ...made, types: new Map(types) })
    return reply.code(201).send(made)
  })
  app.get<ByForm>('/events/v1/Subscriptions/:sid/SubscribedEvents', ({ params }) => ({
    types: [...subscriptionOf(params['sid']).types].map(([type, schema_version]) => ({
      type,
      schema_version,
    })),
    meta: { key: 'types', next_page_url: null },
  }))
  app.post<ByForm>('/events/v1/Subscriptions/:sid/SubscribedEvents', ({ params, body }, reply) => {
    const type = textOf(body['Type']) ?? ''
    changes.push(`type ${type}`)
    subscriptionOf(params['sid']).types.set(type, Number(body['SchemaVersion']))
    return reply.code(201).send({ type })
  })
  app.post<ByForm>(
    '/events/v1/Subscriptions/:sid/SubscribedEvents/:type',
    ({ params, body }, reply) => {
      const type = params['type'] ?? ''
      changes.push(`type ${type}`)
      subscriptionOf(params['sid']).types.set(type, Number(body['SchemaVersion']))
      return reply.send({ type })
    },
  )

  function sinkOf(sid: string | undefined): TestSink {
    const sink = sinks.find((one) => one.sid === sid)
    if (sink === undefined) throw new Error(`there is no sink ${sid}`)
    return sink
  }

  function subscriptionOf(sid: string | undefined): TestSubscription {
    const subscription = subscriptions.find((one) => one.sid === sid)
    if (subscription === undefined) throw new Error(`there is no subscription ${sid}`)
    return subscription
  }
}

function sidOf(prefix: string, index: number): string {
  return prefix + (index + 1).toString(16).padStart(32, '0')
}

function textOf(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null
}
