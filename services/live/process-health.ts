import type { FastifyInstance } from 'fastify'
import type { Logger } from '../runtime/logger.ts'
import { addHealthRoutes, type Needs } from './health-routes.ts'
import { addMetricsRoute, type MetricsRouteOptions } from './metrics-route.ts'

export interface ProcessHealthOptions extends MetricsRouteOptions {
  readonly needs: Needs
  readonly logger: Logger
}

/** What a process without the API tells of itself: how it is, and its metrics to those who may read. */
export function addProcessHealth(app: FastifyInstance, options: ProcessHealthOptions): void {
  addHealthRoutes(app, options.needs, options.logger)
  addMetricsRoute(app, options)
}
