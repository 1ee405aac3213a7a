/** Works through the items in their order, at most so many at the same time. The first failure ends it. */
export async function inLanes<T>(
  lanes: number,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]()
  let hasFailed = false
  const lane = async () => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      if (hasFailed) return
      try {
        await work(next.value)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
