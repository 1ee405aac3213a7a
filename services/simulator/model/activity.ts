import type { ActivityName } from './centre.ts'
import { emitWorker } from './emit.ts'
import { integer } from './draws.ts'
import { activityOf, later, type WorkerState, type World } from './world.ts'

/** The worker's activity changes; to the one that he is in already is no change. */
export function setActivity(world: World, worker: WorkerState, name: ActivityName): void {
  const previous = worker.activity
  if (worker.deleted || previous.name === name) return
  // Two changes of one worker in one millisecond would have no order that anybody could know.
  if (worker.activitySince === world.now) {
    later(world, 1, () => setActivity(world, worker, name))
    return
  }
  const timeMs = world.now - worker.activitySince
  if (worker.span !== null) worker.span.to = world.now
  worker.activity = activityOf(world, name)
  worker.activitySince = world.now
  worker.group = {
    ...worker.group,
    activitySid: worker.activity.sid,
    activityName: name,
    version: worker.group.version + 1,
  }
  worker.span = {
    agent: worker.agent.sid,
    activity: worker.activity.sid,
    from: world.now,
    to: null,
  }
  world.chronicle.activitySpans.push(worker.span)
  emitWorker(world, 'worker.activity.update', worker, {
    description: `Worker ${worker.agent.name} updated to ${name} Activity`,
    previousActivity: { sid: previous.sid, name: previous.name, timeMs },
  })
  if (!worker.activity.available) return
  worker.idleSince = world.now
  later(world, integer(worker.random, 40, 350), () => world.rules.matchWorker(world, worker))
}
