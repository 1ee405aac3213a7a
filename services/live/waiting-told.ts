import type { Waiting } from '../../schemas/feeds/waiting.ts'
import type { LiveTask } from '../projections/live-task.ts'
import type { WorkflowStep } from '../routing/workflow-walk.ts'
import type { LiveDetails } from './ledger-view.ts'
import type { WaitingExplained } from './waiting-explained.ts'

/** The explanation with names, and of the workers some: those for one reason, up to a number. */
export function waitingTold(
  explained: WaitingExplained,
  task: LiveTask,
  details: LiveDetails,
  { verdict, limit }: { readonly verdict?: string | undefined; readonly limit: number },
): Waiting {
  const names = details.names()
  const { queue, since, place, targetWorkers, missing, ahead, workers, nearest } = explained
  const counts: Waiting['counts'] = {}
  for (const { obstacle } of workers) {
    const name = obstacle?.reason ?? 'eligible'
    counts[name] = (counts[name] ?? 0) + 1
  }
  const nameOf = ({ id }: { readonly id: string }) => ({ id, name: names.agent(id) })
  return {
    ...{ queue, queueName: names.queue(queue), since },
    workflow: task.workflow || null,
    workflowName: details.routing().workflowName(task.workflow) ?? null,
    place:
      place === null
        ? null
        : {
            ...place,
            step: stepTold(place.step),
            passed: place.passed.map((each) => ({ ...each, step: stepTold(each.step) })),
          },
    ...{ targetWorkers, missing: [...missing], ahead, counts },
    workers: workers
      .filter(
        ({ obstacle }) => verdict === undefined || (obstacle?.reason ?? 'eligible') === verdict,
      )
      .slice(0, limit)
      // An obstacle is data of the same shape; only its lists are not to be changed.
      .map(({ agent, obstacle }) => ({
        ...nameOf(agent),
        obstacle: obstacle as Waiting['workers'][number]['obstacle'],
      })),
    nearest:
      nearest === null
        ? null
        : {
            agent: nameOf(nearest.agent),
            change: nearest.change,
            channel: nearest.change === 'channel_becomes_available' ? nearest.channel : null,
            attribute:
              nearest.change === 'attribute'
                ? ({ ...nearest.attribute } as NonNullable<Waiting['nearest']>['attribute'])
                : null,
          },
  }
}

type StepTold = NonNullable<Waiting['place']>['step']

function stepTold({ filter, filterName, target, queue, priority, rules }: WorkflowStep): StepTold {
  return {
    ...{ filter, filterName, target, queue, priority },
    expression: rules.expression?.source ?? null,
    knownWorker: rules.knownWorker?.source ?? null,
    skipIf: rules.skipIf?.source ?? null,
    orderBy: rules.orderBy?.source ?? null,
    timeoutSeconds: rules.timeoutSeconds,
  }
}
