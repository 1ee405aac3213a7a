import { dirname } from 'node:path'
import type { YamlFile } from '../definitions/yaml-file.ts'
import type { Targets } from '../delivery/targets/target.ts'
import { readTargets, withPathsFrom } from '../delivery/targets/targets-file.ts'
import { readFeedPlan } from './feed-plan.ts'
import { statesFaults } from './states-faults.ts'

/** Reads a file of targets with what it says of states: either the targets, or all that is wrong with them. */
export function readFedTargets(text: string): YamlFile<Targets> {
  return readTargets(text, statesFaults)
}

/** What is wrong with the files that a file of targets names, which lies at `path`: forms of the customer's own, identities. */
export function fedFileFaults(of: Targets, path: string): readonly string[] {
  const { targets } = withPathsFrom(of, dirname(path))
  return Object.entries(targets).flatMap(([name, target]) => {
    if (target.states === undefined) return []
    const read = readFeedPlan(name, target, target.states)
    return 'faults' in read ? read.faults.map((fault) => `targets.${name}.states: ${fault}`) : []
  })
}
