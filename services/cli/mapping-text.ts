import type {
  MappingCoverage,
  MappingExplained,
  MappingRehearsal,
} from '../../schemas/feeds/mappings.ts'
import { textTable } from './text-table.ts'

/** Why an agent is told as he is, as a WFM analyst reads it. */
export function describeExplained(answer: MappingExplained): readonly string[] {
  const { target, worker, at, version, told, moment, mapped, tried } = answer
  const heading = `${worker} at ${timeOf(at)}, in the words of ${target}`
  if (moment === null) return [heading, 'nobody had heard of him']
  const { activity, contacts } = moment
  const was = [
    activity === null
      ? 'in no activity'
      : `in ${activity.name} (${activity.class}) since ${timeOf(activity.since)}`,
    ...contacts.map(
      ({ channel, phase, direction, queue, since }) =>
        `${channel} ${phase} ${direction} of ${queue} since ${timeOf(since)}`,
    ),
  ].join('; ')
  if (version === null) return [heading, was, 'no mapping was in force']
  const rows = tried.map(({ rule, name, failed }) => [
    ...[rule, name ?? ''],
    failed === null ? 'gives the state' : `fails by ${failed}`,
  ])
  const { unmapped, state } = mapped ?? { unmapped: null, state: null }
  return [
    heading,
    was,
    '',
    ...(told === null
      ? []
      : [
          `told: ${wordsOf(told.state)} from ${timeOf(told.from)} to ${told.to === null ? 'now' : timeOf(told.to)}, by version ${told.version}`,
        ]),
    ...(state === null ? [] : [`the rules of version ${version} give: ${wordsOf(state)}`]),
    ...(unmapped === null
      ? []
      : [`no rule maps the ${unmapped.of} ${unmapped.name}, so the fallback speaks`]),
    ...(rows.length === 0 ? [] : ['', textTable(['rule', 'name', ''], rows)]),
  ]
}

type State = NonNullable<MappingExplained['told']>['state']

function wordsOf({ code, reason, class: itsClass, loggedOn, paid }: State): string {
  const parts = [code, ...(reason === null ? [] : [reason]), itsClass]
  return [...parts, loggedOn ? 'logged on' : 'logged off', paid ? 'paid' : 'unpaid'].join(', ')
}

/** What no rule maps. */
export function describeCoverage({ from, to, targets }: MappingCoverage): readonly string[] {
  const heading = `from ${timeOf(from)} to ${timeOf(to)}`
  if (targets.length === 0) return [heading, 'no agent was mapped: no mapping holds in this time']
  return [
    heading,
    ...targets.flatMap(({ target, ms, unmappedMs, unmapped }) => {
      const share = ms === 0 ? 0 : (100 * unmappedMs) / ms
      const rows = unmapped.map((one) => [one.of, one.name, seconds(one.ms), String(one.agents)])
      return [
        ...[
          '',
          `${target}: ${seconds(unmappedMs)} of ${seconds(ms)} seconds unmapped (${share.toFixed(2)} %)`,
        ],
        ...(rows.length === 0 ? [] : [textTable(['of', 'name', 'seconds', 'agents'], rows)]),
      ]
    }),
  ]
}

/** More lines nobody reads. */
const linesMax = 60

/** A rehearsal as a WFM analyst reads it; `path` is the file that was rehearsed. */
export function describeMappingRehearsal(
  { target, version, isNew, from, until, agents, codes, changes, isWhole }: MappingRehearsal,
  path: string,
): readonly string[] {
  if (!isNew) {
    return [`nothing is new: version ${version} of ${target} says the same from ${timeOf(from)}`]
  }
  const counted = `${agents.toLocaleString('en-US')} agents were mapped both ways, up to ${timeOf(until)}`
  const heading = `version ${version} of ${target} from ${timeOf(from)}: ${counted}`
  if (changes.length === 0) return [heading, 'no state would be another']
  const changed = codes
    .filter(({ oldMs, newMs }) => oldMs !== newMs)
    .toSorted((a, b) => Math.abs(b.newMs - b.oldMs) - Math.abs(a.newMs - a.oldMs))
  const rows = changes.toSorted((a, b) => b.ms - a.ms)
  const left = rows.length - linesMax
  const codeText = (code: string | null, reason: string | null) =>
    code === null ? 'not mapped' : [code, ...(reason === null ? [] : [reason])].join(' ')
  return [
    heading,
    ...['', 'minutes of all agents, by code'],
    textTable(
      ['code', 'old', 'new', 'difference'],
      changed.map(({ code, oldMs, newMs }) => [
        ...[code, minutes(oldMs), minutes(newMs)],
        `${newMs > oldMs ? '+' : '-'}${minutes(Math.abs(newMs - oldMs))}`,
      ]),
    ),
    ...['', 'minutes that are told otherwise, by agent'],
    textTable(
      ['agent', 'old', 'new', 'minutes'],
      rows
        .slice(0, linesMax)
        .map((one) => [
          ...[one.agentName, codeText(one.oldCode, one.oldReason)],
          ...[codeText(one.newCode, one.newReason), minutes(one.ms)],
        ]),
    ),
    ...(left <= 0 ? [] : [`and ${left.toLocaleString('en-US')} more, which --json tells`]),
    ...(isWhole ? [] : ['there are more changes than could be told: ask for fewer days']),
    ...['', `to have it so: ledgerline mapping set ${path} --from ${timeOf(from)}`],
  ]
}

function minutes(ms: number): string {
  return (ms / 60_000).toLocaleString('en-US', { maximumFractionDigits: 1 })
}

function seconds(ms: number): string {
  return Math.round(ms / 1_000).toLocaleString('en-US')
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/(:00)?\.000Z$/, 'Z')
}
