import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import type { Config } from '../runtime/config.ts'
import type { LostStretch } from '../simulator/delivery/lost-stretch.ts'
import type { SignedWith } from '../simulator/delivery/said-parcels.ts'
import { sourceNames, twilioSources, type SourceName } from '../simulator/model/sources.ts'
import { CommandFailure } from './failure.ts'
import { toInstant } from './option-values.ts'

/** `taskrouter,voice`, or `all`. */
export function toSources(text: string): readonly SourceName[] {
  if (text === 'all') return sourceNames
  return text.split(',').map(toSource)
}

/** `voice=2026-03-10T10:00:00Z/2026-03-10T11:00:00Z`; given several times, each is lost. */
export function toLostStretches(
  text: string,
  before: readonly LostStretch[] = [],
): readonly LostStretch[] {
  const [, name, since, until] = /^([^=]+)=([^/]+)\/(.+)$/.exec(text) ?? []
  if (name === undefined || since === undefined || until === undefined) {
    throw new InvalidArgumentError('It must be a source and a stretch: voice=FROM/TO.')
  }
  const [from, to] = [toInstant(since), toInstant(until)]
  if (to <= from) throw new InvalidArgumentError('The stretch must end after it begins.')
  return [...before, { source: toSource(name), from, to }]
}

/** The private half of the key with which SendGrid would sign, in PEM. */
export function toPrivateKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidArgumentError(`It must be a file with a private key in PEM: ${reason}`)
  }
}

interface SourceFlags {
  readonly sources?: readonly SourceName[]
  readonly sendgridKey?: KeyObject
}

/** Who speaks: all of Twilio's, and the others where there is something to sign with. */
export function speakers(
  { sources, sendgridKey }: SourceFlags,
  { SEGMENT_SHARED_SECRETS: [segmentSecret] }: Pick<Config, 'SEGMENT_SHARED_SECRETS'>,
): SignedWith & { readonly sources: readonly SourceName[] } {
  const others = [
    ...(sendgridKey === undefined ? [] : (['sendgrid'] as const)),
    ...(segmentSecret === undefined ? [] : (['segment'] as const)),
  ]
  const chosen = sources ?? [...twilioSources, ...others]
  if (chosen.includes('sendgrid') && sendgridKey === undefined) {
    throw new CommandFailure('the source sendgrid needs --sendgrid-key to sign with', 2)
  }
  if (chosen.includes('segment') && segmentSecret === undefined) {
    throw new CommandFailure('the source segment needs SEGMENT_SHARED_SECRETS to sign with', 2)
  }
  return {
    sources: chosen,
    ...(sendgridKey === undefined ? {} : { sendGridKey: sendgridKey }),
    ...(segmentSecret === undefined ? {} : { segmentSecret }),
  }
}

function toSource(text: string): SourceName {
  const found = sourceNames.find((name) => name === text.trim())
  if (found !== undefined) return found
  throw new InvalidArgumentError(`It must be one of ${sourceNames.join(', ')}.`)
}
