import {
  exportContentSchema,
  exportDifferencesSchema,
  exportResultSchema,
  exportsSchema,
  type ExportAsked,
  type ExportContent,
  type ExportDifferences,
  type ExportResult,
  type Exports,
} from '../schemas/feeds/exports.ts'
import {
  identitiesAnswerSchema,
  identitiesSetResultSchema,
  type IdentitiesAnswer,
  type IdentitiesSetResult,
} from '../schemas/feeds/identities.ts'
import { createHubCall, jsonBody, queryOf, type HubCallOptions } from './hub-call.ts'

/** What series are asked for; lists have commas between their parts. */
export interface SeriesAsked {
  readonly from: string
  readonly to: string
  readonly by?: 'channel' | 'queue' | 'skill'
  readonly interval?: '15' | '30' | '60' | 'day'
  readonly attribution?: 'arrival' | 'end'
  readonly format?: 'csv' | 'parquet'
  readonly zone?: string | undefined
  readonly site?: string | undefined
  readonly direction?: string | undefined
  readonly queue?: string | undefined
  readonly channel?: string | undefined
}

/** Files of intervals that a running hub writes for WFM products. */
export interface ExportsClient {
  /** How each sort of file stands, and what was written, the latest first. */
  status(query?: {
    readonly target?: string
    readonly file?: string
    readonly limit?: number
  }): Promise<Exports>
  /** What was written and says something else now. */
  differences(): Promise<ExportDifferences>
  /** Files as they would be written now; nothing is sent. */
  content(
    target: string,
    file: string,
    span: { readonly from: string; readonly to: string },
  ): Promise<ExportContent>
  /** Has files written and delivered, some at a time: `next` is where to go on. */
  write(target: string, file: string, asked: ExportAsked): Promise<ExportResult>
  /** The file of series for forecasting, as it comes. */
  series(asked: SeriesAsked): Promise<ReadableStream<Uint8Array>>
  /** By what products know queues and agents, as far as the ledger tells. */
  identities(): Promise<IdentitiesAnswer>
  /** Sets them for one product by a file in YAML. */
  setIdentities(file: string): Promise<IdentitiesSetResult>
}

export function createExportsClient(options: HubCallOptions): ExportsClient {
  const { call, get } = createHubCall(options)
  const placeOf = (target: string, file: string) =>
    `${encodeURIComponent(target)}/${encodeURIComponent(file)}`
  return {
    status: (query = {}) => get(`/v1/exports${queryOf(query)}`, exportsSchema),
    differences: () => get('/v1/exports/differences', exportDifferencesSchema),
    content: (target, file, span) =>
      get(
        `/v1/exports/${placeOf(target, file)}${queryOf({ ...span, format: 'json' })}`,
        exportContentSchema,
      ),
    async series(asked) {
      const { body } = await call(`/v1/exports/series${queryOf(asked)}`)
      return body ?? new Blob([]).stream()
    },
    identities: () => get('/v1/identities', identitiesAnswerSchema),
    async setIdentities(file) {
      const init = { method: 'POST', headers: { 'content-type': 'application/yaml' }, body: file }
      const response = await call('/v1/operations/identities', init)
      return identitiesSetResultSchema.parse(await response.json())
    },
    async write(target, file, asked) {
      const path = `/v1/operations/exports/${placeOf(target, file)}`
      const response = await call(path, { method: 'POST', ...jsonBody(asked) })
      return exportResultSchema.parse(await response.json())
    },
  }
}
