import type { Instant } from '../../../schemas/events/instant.ts'
import { sourceOf, type Happening } from '../model/happening.ts'
import type { SourceName } from '../model/sources.ts'

/** A stretch in which nothing that one source says arrives: it has happened all the same. */
export interface LostStretch {
  readonly source: SourceName
  readonly from: Instant
  readonly to: Instant
}

/** What is not lost; what is goes to `keep`. */
export function* withoutLost(
  happenings: Iterable<Happening>,
  stretches: readonly LostStretch[],
  keep: (happening: Happening) => void,
): Generator<Happening> {
  for (const happening of happenings) {
    if (stretches.some((stretch) => isIn(happening, stretch))) keep(happening)
    else yield happening
  }
}

function isIn(happening: Happening, { source, from, to }: LostStretch): boolean {
  return sourceOf(happening) === source && happening.at >= from && happening.at < to
}
