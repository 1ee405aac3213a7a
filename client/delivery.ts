import {
  deliveryAgainResultSchema,
  deliveryAnswerSchema,
  deliveryJournalSchema,
  type DeliveryAgain,
  type DeliveryAgainResult,
  type DeliveryAnswer,
  type DeliveryJournal,
  type DeliveryJournalQuery,
} from '../schemas/feeds/delivery.ts'
import { createHubCall, jsonBody, queryOf, type HubCallOptions } from './hub-call.ts'

/** What leaves a running hub for targets. */
export interface DeliveryClient {
  /** How delivery to each target stands. */
  status(): Promise<DeliveryAnswer>
  /** What has left, or never will; the latest first. */
  journal(query?: Partial<DeliveryJournalQuery>): Promise<DeliveryJournal>
  /** Has documents sent again. */
  resend(asked: DeliveryAgain): Promise<DeliveryAgainResult>
}

export function createDeliveryClient(options: HubCallOptions): DeliveryClient {
  const { call, get } = createHubCall(options)
  return {
    status: () => get('/v1/delivery', deliveryAnswerSchema),
    journal: (query = {}) => get(`/v1/delivery/journal${queryOf(query)}`, deliveryJournalSchema),
    async resend(asked) {
      const path = '/v1/operations/delivery/resend'
      const response = await call(path, { method: 'POST', ...jsonBody(asked) })
      return deliveryAgainResultSchema.parse(await response.json())
    },
  }
}
