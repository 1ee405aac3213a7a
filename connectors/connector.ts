import { z } from 'zod'
import type { IntervalForm } from './form/interval-form.ts'
import type { StateForm } from './form/state-form.ts'

/** What is known of a vendor's interface: read in a public specification, in parts of one, or nothing needs to be known. */
export type ConnectorStatus = 'verified' | 'partial' | 'generic'

/** What a target does with rows that come again. */
export type LateData =
  /** A file takes the place of the whole file before. */
  | 'replace'
  /** A row takes the place of the row with its key. */
  | 'upsert'
  /** What has come stays: a row must be final before it goes. */
  | 'append once'
  /** The last few hours are sent again and again. */
  | 'overlapping'

/** What a scheduler and a person must know of a target. */
export interface ConnectorFacts {
  readonly name: string
  /** The product. */
  readonly title: string
  readonly status: ConnectorStatus
  /** Where it was read, and what was not. */
  readonly sources: readonly string[]
  readonly attribution: string
  readonly zone: string
  readonly zeroRows: string
  /** After the end of an interval, until its rows go out. */
  readonly closeDelayMinutes: number
  readonly lateData: LateData
  readonly lateDataNote: string
  readonly names: string
  readonly units: string
}

/** What a connector writes, by the names that people ask for it. */
export interface ConnectorForms {
  readonly files: Readonly<Record<string, IntervalForm>>
  readonly states: Readonly<Record<string, StateForm>>
}

export interface Connector extends ConnectorFacts {
  /** What may be set of it. */
  readonly options: z.ZodType
  /** Its forms by what is set; throws what the schema throws where that is wrong. */
  readonly forms: (told: unknown) => ConnectorForms
}

export function connector<Options extends z.ZodType>(
  own: ConnectorFacts & {
    readonly options: Options
    readonly make: (options: z.output<Options>) => Partial<ConnectorForms>
  },
): Connector {
  const { make, options, ...facts } = own
  return {
    ...facts,
    options,
    forms: (told) => ({ files: {}, states: {}, ...make(options.parse(told)) }),
  }
}

/** Settings that several have. */
export const zone = z.string().default('UTC')
export const attribution = z.enum(['end', 'arrival']).default('end')
/** Our channels by the vendor's words. */
export const channelWords = (own: Readonly<Record<string, string>>) =>
  z.record(z.string(), z.string()).default({ ...own })
