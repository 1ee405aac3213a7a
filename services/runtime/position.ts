/** Offsets of one life of a topic stay below this, so that a position tells epoch and offset in one number. */
const offsetsMax = 2 ** 44

/**
 * A place in a partition that only grows, also when the topic is created anew: the version of every row. At most 2^53,
 * so epochs go to 511.
 */
export function positionOf(epoch: number, offset: number): number {
  return epoch * offsetsMax + offset + 1
}
