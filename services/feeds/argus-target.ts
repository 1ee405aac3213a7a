import { argus } from '../../connectors/argus/connector.ts'
import { ProblemAnswer } from '../live/problem.ts'

/** What is known of a target that is told in the words of ARGUS. Throws 404 for any other, and says what it is. */
export function toldAsArgus<T extends { readonly connector: string | null }>(
  target: string,
  told: T | null,
): T {
  if (told === null) throw new ProblemAnswer(404, `no target ${target} is told of agents`)
  const { connector } = told
  if (connector === argus.name) return told
  const detail = `${target} is told in the words of ${connector ?? 'a form of its own'}, not of ${argus.name}`
  throw new ProblemAnswer(404, detail)
}
