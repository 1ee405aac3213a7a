import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { hasTag } from '../runtime/etag.ts'
import { sendProblem } from './problem.ts'
import { publishedSchemas } from './published-schemas.ts'

/**
 * `GET /schemas` lists the schemas, and below it they are. They are open, also where the hub wants tokens: they hold no data,
 * are the same for everybody who runs this version, and are fetched by validators and editors that have no token.
 */
export function addSchemaRoutes(app: FastifyInstance, publicUrl: string | null): void {
  const schemas = new Map(publishedSchemas(publicUrl).map((schema) => [schema.path, schema]))
  const made = new Map<string, Document>()

  /** Made when somebody asks, and once: nobody asks for most of them. */
  function documentAt(path: string): Document | null {
    const schema = schemas.get(path)
    if (schema === undefined) return null
    const known = made.get(path)
    if (known !== undefined) return known
    const text = schema.text()
    const hash = createHash('sha256').update(text).digest('base64url').slice(0, 22)
    const document = { text, tag: `"${hash}"`, contentType: schema.contentType }
    made.set(path, document)
    return document
  }

  function answer(request: FastifyRequest, reply: FastifyReply, path: string): FastifyReply {
    const document = documentAt(path)
    if (document === null) return sendProblem(reply, 404, 'no such schema; /schemas lists them')
    const { text, tag, contentType } = document
    reply.header('etag', tag).header('cache-control', `public, max-age=${maxAgeSeconds}`)
    if (hasTag(tag, request.headers['if-none-match'])) return reply.code(304).send()
    return reply.type(`${contentType}; charset=utf-8`).send(text)
  }

  app.get('/schemas', (request, reply) => answer(request, reply, ''))
  app.get<{ Params: { '*': string } }>('/schemas/*', (request, reply) =>
    answer(request, reply, `/${request.params['*']}`),
  )
}

interface Document {
  readonly text: string
  readonly tag: string
  readonly contentType: string
}

/** A new version of the hub may bring new ones. */
const maxAgeSeconds = 3600
