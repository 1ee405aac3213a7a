export type Named = 'queue' | 'worker' | 'activity'

/** What each is called now: the name that was told last. Read from the sightings, as it costs a tenth of the history of names. */
export function names(kind: Named): string {
  return `(SELECT id, argMax(value, last_at) AS name FROM dimension_sightings
    WHERE kind = '${kind}' AND field = 'name' GROUP BY id)`
}

/** The name, or the id of what was never named. */
export function nameOr(id: string, joined: string): string {
  return `if(${joined}.name = '', ${id}, ${joined}.name)`
}
