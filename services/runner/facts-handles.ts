// What only all of an agent's handles together tell: his time divided among them, and how many he had at once. Each interval
// is cut at every beginning and end of a handle; in a slice the same handles are open throughout.

/** SQL of one row a handle open in a slice: `length` of the slice, `open` handles, `place` of this one by acceptance and id. */
function slices(handles: string, intervalMs: string): string {
  const dimensions = 'queue, channel, direction'
  const pieces = `SELECT workspace, agent, i, arraySort(groupArray(
      (accepted, reservation, greatest(s, i), least(e, i + ${intervalMs}), queue, channel, direction))) AS pieces
    FROM (SELECT workspace, agent, reservation, ${dimensions}, toInt64(accepted) AS accepted, accepted AS s, toInt64(e) AS e
      FROM (${handles}) WHERE e > accepted)
    ARRAY JOIN range(intDiv(s, ${intervalMs}) * ${intervalMs}, e, ${intervalMs}) AS i
    GROUP BY workspace, agent, i`
  const cut = `SELECT workspace, agent, i, pieces,
      arraySort(arrayDistinct(arrayConcat(pieces.3, pieces.4))) AS cuts FROM (${pieces})`
  const open = `SELECT workspace, agent, i, slice.2 - slice.1 AS length,
      arrayFilter(piece -> piece.3 <= slice.1 AND piece.4 >= slice.2, pieces) AS handles
    FROM (${cut}) ARRAY JOIN arrayZip(arrayPopBack(cuts), arrayPopFront(cuts)) AS slice`
  return `SELECT workspace, agent, i, length, length(handles) AS open, place,
      handle.5 AS queue, handle.6 AS channel, handle.7 AS direction
    FROM (${open}) ARRAY JOIN handles AS handle, arrayEnumerate(handles) AS place`
}

/**
 * Focus: in a slice each handle gets an equal part in whole milliseconds, and the first of them one of what is left over. A
 * slice in which no handle is open has no row, but the engine divides before it joins.
 */
export function focusOf(key: readonly string[], handles: string, intervalMs: string): string {
  return `SELECT ${key.join(', ')}, 'focus_tti_ms' AS metric, i AS at_ms,
      toInt64(intDivOrZero(length, open) + (place <= moduloOrZero(length, open))) AS amount FROM (${slices(handles, intervalMs)})`
}

/** The most handles that were open at one instant. */
export function concurrencyOf(key: readonly string[], handles: string, intervalMs: string): string {
  return `SELECT ${key.join(', ')}, 'concurrency_max' AS metric, i AS at_ms, toInt64(open) AS amount
    FROM (${slices(handles, intervalMs)})`
}
