import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../runtime/package-root.ts'

/**
 * The wallboard: a page and its modules as they are, and beside them the few libraries that it uses, from where npm has
 * put them. The page gets nothing from anywhere else, and the browser is told so.
 */
export async function addBoard(scope: FastifyInstance, folder = ownFolder): Promise<void> {
  await scope.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    cacheControl: false,
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    },
  })
  for (const [name, file] of vendorFiles()) {
    scope.get(`/vendor/${name}`, { schema: { hide: true } }, (_request, reply) => send(reply, file))
  }
  for (const name of clientFiles) {
    scope.get(`/client/${name}`, { schema: { hide: true } }, (_request, reply) =>
      send(reply, join(clientFolder, name)),
    )
  }
}

const ownFolder = join(packageRoot, 'services', 'board', 'static')

/** By these the page follows the hub, as anybody else does. */
const clientFiles = ['state-stream.js', 'adherence-stream.js']

/** The same beside the sources and beside what was built of them. */
const clientFolder = fileURLToPath(new URL('../../client/', import.meta.url))

const headers = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The modules that stand alone: a browser finds no package by its name. */
function vendorFiles(): readonly (readonly [name: string, file: string])[] {
  const { resolve } = createRequire(import.meta.url)
  const beside = (name: string, file: string) => join(dirname(resolve(name)), file)
  return [
    ['preact.js', resolve('preact')],
    ['htm.js', beside('htm', 'htm.mjs')],
    ['uplot.js', beside('uplot', 'uPlot.esm.js')],
    ['uplot.css', beside('uplot', 'uPlot.min.css')],
  ]
}

function send(reply: FastifyReply, file: string): FastifyReply {
  return reply.sendFile(basename(file), dirname(file))
}
