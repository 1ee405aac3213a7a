import type { FloorTask } from './floor.ts'

/** Who waits in which queue, in the order in which they are served. */
export interface Lines<Task extends FloorTask> {
  join(task: Task): void
  leave(task: Task): void
  /** All who wait, in the order in which a worker who becomes free is offered to them. */
  inTurn(): Iterable<Task>
}

export function openLines<Task extends FloorTask>(): Lines<Task> {
  /** By the sid of the queue. */
  const lines = new Map<string, Task[]>()
  return {
    join(task) {
      const line = lines.get(task.queue.sid) ?? []
      lines.set(task.queue.sid, line)
      const place = line.findLastIndex((other) => goesFirst(other, task)) + 1
      line.splice(place, 0, task)
    },
    leave(task) {
      const line = lines.get(task.queue.sid) ?? []
      const place = line.indexOf(task)
      if (place >= 0) line.splice(place, 1)
    },
    *inTurn() {
      // Copies: whoever is offered somebody may leave the line meanwhile.
      const left = [...lines.values()].filter(({ length }) => length > 0).map((line) => [...line])
      for (;;) {
        const heads = left.flatMap((line) =>
          line[0] === undefined ? [] : [{ line, head: line[0] }],
        )
        const [first, ...others] = heads
        if (first === undefined) return
        const next = others.reduce(
          (one, other) => (isBefore(other.head, one.head) ? other : one),
          first,
        )
        next.line.shift()
        yield next.head
      }
    },
  }
}

/** In one queue: the higher priority, then the older task, or the newer one where the queue says so. */
function goesFirst(one: FloorTask, other: FloorTask): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority
  if (one.queue.taskOrder === 'LIFO') return one.plan.at > other.plan.at
  return one.plan.at <= other.plan.at
}

/** Of the first ones of two queues. */
function isBefore(one: FloorTask, other: FloorTask): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority
  return one.plan.at < other.plan.at
}
