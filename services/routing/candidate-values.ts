import { isList, isScalar, type JsonValue, type Scalar } from './json-value.ts'

/** What is known of an attribute from the comparisons that name it. */
export interface Mentions {
  /** What it is compared with, lists taken apart. */
  readonly values: readonly Scalar[]
  /** What it has, or has not, in it: it stands on the list's side of HAS, IN or NOT IN. */
  readonly members: readonly Scalar[]
}

export interface CandidateValue {
  readonly value: JsonValue
  /** How far it is from what there is now: the smaller, the nearer. */
  readonly distance: number
}

/** Beyond so many members only the most likely sets of them are tried, not all. */
const membersMax = 8

/**
 * Values that an attribute could be given so that comparisons with it come out otherwise, the nearest first. Comparisons
 * cut the values of an attribute into pieces; there is one value of each piece of numbers, each of the sets of up to
 * `membersMax` members, and of texts those that are mentioned and ones near them.
 */
export function candidateValues(current: JsonValue, mentions: Mentions): readonly CandidateValue[] {
  const scalars = [
    ...mentions.values.map((value) => candidate(value, 1)),
    ...numbers(mentions.values).map((value) => candidate(value, 1)),
    ...texts(mentions.values).map((value) => candidate(value, 1.3)),
    ...[true, false].map((value) => candidate(value, 1.4)),
    candidate(null, 1.5),
  ]
  const lists = memberSets(current, mentions.members)
  return [...scalars, ...lists].toSorted((a, b) => a.distance - b.distance)

  function candidate(value: Scalar, distance: number): CandidateValue {
    if (isList(current)) return { value, distance: distance + 2 }
    if (typeof value !== 'number') return { value, distance }
    // Among numbers the next one counts, and whole ones before others, for levels are mostly whole.
    const far = typeof current === 'number' ? Math.abs(value - current) : Math.abs(value)
    const share = far / (1 + far)
    const isOdd = !Number.isInteger(value) && !mentions.values.includes(value)
    return { value, distance: distance + share * 0.2 + (isOdd ? 0.2 : 0) }
  }
}

/** Of each stretch between two numbers one, and one below and above them all; where there are none, any one. */
function numbers(values: readonly Scalar[]): readonly number[] {
  const points = [...new Set(values.filter((value) => typeof value === 'number'))]
  if (points.length === 0) return [0]
  const sorted = points.toSorted((a, b) => a - b)
  const beside = sorted.flatMap((point) => [point + 1, point - 1])
  const between = sorted.slice(1).map((point, index) => ((sorted[index] ?? point) + point) / 2)
  return [...beside, ...between]
}

/** Texts before, just after, and with all that is asked to be in one. */
function texts(values: readonly Scalar[]): readonly string[] {
  const points = values.filter((value) => value !== null).map(String)
  return ['', points.join(' '), ...points.map((point) => `${point} `)]
}

function memberSets(current: JsonValue, mentioned: readonly Scalar[]): readonly CandidateValue[] {
  const members = [...new Set(mentioned)]
  const now = isList(current) ? current : []
  const cost = isList(current) ? 0 : current === null ? 0 : 1
  const isThere = members.map((member) => now.some((item) => isScalar(item) && item === member))
  const sets = members.length > membersMax ? likelySets(isThere) : allSets(members.length)
  return sets.map((wanted) => {
    const without = now.filter((item) => {
      const index = members.findIndex((member) => member === item)
      return index === -1 || wanted[index] === true
    })
    const added = members.filter((_, index) => wanted[index] === true && isThere[index] !== true)
    const changes = added.length + now.length - without.length
    return { value: [...without, ...added], distance: cost + 0.9 + changes * 0.1 }
  })
}

function allSets(count: number): readonly (readonly boolean[])[] {
  const sets: (readonly boolean[])[] = []
  for (let set = 0; set < 2 ** count; set++) {
    sets.push(Array.from({ length: count }, (_, index) => (set & (1 << index)) !== 0))
  }
  return sets
}

/** One more or one less than now, all of them, none. */
function likelySets(isThere: readonly boolean[]): readonly (readonly boolean[])[] {
  const one = isThere.map((is, index) => isThere.with(index, !is))
  return [isThere, ...one, isThere.map(() => true), isThere.map(() => false)]
}
