import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'

/** The API described by the schemas that its routes are made of: at /docs for people, at /docs/json for programs. */
export async function addDocumentation(scope: FastifyInstance): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Ledgerline',
        description:
          'Routing state and interval numbers of a contact centre, from its ledger of events. Instants in the state are milliseconds since 1970 in UTC; intervals carry ISO 8601 labels.',
        version: '1',
      },
      tags: [
        { name: 'state', description: 'What is going on this second' },
        { name: 'intervals', description: 'What went on, by interval' },
        { name: 'statistics', description: "Both, as TaskRouter's REST API answers them" },
        { name: 'alerts', description: 'What fires, by rules of your own' },
        { name: 'delivery', description: 'What leaves for targets of your own' },
        { name: 'customers', description: 'One customer over all channels' },
        { name: 'operations', description: 'What the hub does about itself' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          basic: { type: 'http', scheme: 'basic' },
          query: { type: 'apiKey', in: 'query', name: 'access_token' },
        },
      },
      security: [{ bearer: [] }, { query: [] }],
    },
    transform: jsonSchemaTransform,
  })
  await scope.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
}
