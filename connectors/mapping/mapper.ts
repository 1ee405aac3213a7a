import type { Instant } from '../../schemas/events/instant.ts'
import type { Given, Mapping, MappingRule, WfmClass } from '../../schemas/events/mapping.ts'
import {
  conditionsOf,
  failing,
  isOfContacts,
  ripeAt,
  type ConditionName,
  type Conditions,
  type Subject,
} from './conditions.ts'
import { valuesAt, type AgentMoment, type OpenContact } from './moment.ts'
import { speakingContact } from './speaking.ts'
import { filled, filledBy } from './template.ts'

/** An agent in the words of a target. */
export interface WfmState {
  readonly code: string
  readonly reason: string | null
  readonly text: string
  readonly class: WfmClass
  readonly loggedOn: boolean
  readonly countsAsContact: boolean
  readonly paid: boolean
}

/** Where a rule stands in the file: `rules.3`, `sites.Berlin.0`. */
export type RulePlace = string

export interface MappedState {
  readonly state: WfmState
  /** The rules that gave it, two where codes are combined; none: the fallback, or there was nothing to map. */
  readonly rules: readonly RulePlace[]
  /** What no rule maps, so that the fallback speaks. */
  readonly unmapped: Unmapped | null
}

export interface Unmapped {
  readonly of: 'activity' | 'contact'
  /** The activity's name, or channel, phase and direction of the contact: what a rule would have to name. */
  readonly name: string
}

/** A rule that was looked at, and the first of its conditions that kept it from giving; null: it gave. */
export interface Tried {
  readonly rule: RulePlace
  readonly name: string | null
  readonly failed: ConditionName | 'effective' | null
}

export interface Mapper {
  readonly mapping: Mapping
  map(moment: AgentMoment, at: Instant): MappedState
  /** All rules that were looked at for it, in that order. */
  explain(moment: AgentMoment, at: Instant): readonly Tried[]
  /** The next instant at which time alone may change what the moment maps to; null: none. */
  nextChange(moment: AgentMoment, after: Instant): Instant | null
}

interface PlacedRule {
  readonly place: RulePlace
  readonly rule: MappingRule
  readonly conditions: Conditions
  readonly from: Instant
  readonly until: Instant
}

/** The rules of a layer, each in its order. */
interface Layer {
  readonly ofContacts: readonly PlacedRule[]
  readonly ofActivities: readonly PlacedRule[]
}

interface Speakers {
  readonly subjects: readonly Subject[]
  readonly isCombined: boolean
}

/** Maps by the rules of one target: those of the worker, then of his team, of his site, of everybody; the first that fits gives. */
export function createMapper(mapping: Mapping): Mapper {
  const everybody = placed('rules', mapping.rules)
  const people = placedBy('people', mapping.people)
  const teams = placedBy('teams', mapping.teams)
  const sites = placedBy('sites', mapping.sites)

  function layersFor({ agent, attributes }: AgentMoment): readonly Layer[] {
    const own = people.get(agent)
    const layers = own === undefined ? [] : [own]
    const add = (byName: ReadonlyMap<string, Layer>, path: string) => {
      if (byName.size === 0) return
      for (const name of valuesAt(attributes, path)) {
        const layer = byName.get(String(name))
        if (layer !== undefined) layers.push(layer)
      }
    }
    add(teams, mapping.attributes.team)
    add(sites, mapping.attributes.site)
    return [...layers, everybody]
  }

  function* rulesFor({ moment, contact }: Subject): Generator<PlacedRule> {
    for (const { ofContacts, ofActivities } of layersFor(moment)) {
      yield* contact === null ? ofActivities : ofContacts
    }
  }

  /** The rules for a subject up to the first that gives, which is the last; where none does all of them are told. */
  function tried(subject: Subject): readonly (Tried & { readonly of: PlacedRule })[] {
    const all: (Tried & { readonly of: PlacedRule })[] = []
    for (const of of rulesFor(subject)) {
      const isInForce = of.from <= subject.at && subject.at < of.until
      const failed = isInForce ? failing(of.conditions, subject, mapping) : ('effective' as const)
      all.push({ rule: of.place, name: of.rule.name ?? null, failed, of })
      if (failed === null) break
    }
    return all
  }

  /** Who may speak in a moment, the one who goes before first; both speak where codes are combined. */
  function speakers(moment: AgentMoment, at: Instant): Speakers {
    const contact = speakingContact(moment.contacts, mapping.precedence)
    const ofActivity = { moment, contact: null, at }
    if (contact === null) return { isCombined: false, subjects: [ofActivity] }
    const ofContact = { moment, contact, at }
    const isWorking = moment.activity === null || moment.activity.class === 'available'
    const policy = isWorking ? 'contact' : mapping.contactPolicy
    return {
      isCombined: policy === 'combined',
      subjects: policy === 'activity' ? [ofActivity, ofContact] : [ofContact, ofActivity],
    }
  }

  /** What each speaker tried; who is not needed any more is not asked. */
  function judged(moment: AgentMoment, at: Instant) {
    const { subjects, isCombined } = speakers(moment, at)
    const all: { readonly subject: Subject; readonly tried: ReturnType<typeof tried> }[] = []
    for (const subject of subjects) {
      const own = tried(subject)
      all.push({ subject, tried: own })
      if (!isCombined && own.at(-1)?.failed === null) break
    }
    return all
  }

  function stateOf(given: Given, { moment, contact }: Subject): WfmState {
    const text = (template: string) => filled(template, moment, contact, mapping.attributes)
    return {
      code: text(given.code),
      reason: given.reason === undefined ? null : text(given.reason),
      text: text(given.text ?? ''),
      class: given.class,
      loggedOn: given.loggedOn ?? given.class !== 'signed_off',
      ...{ countsAsContact: given.countsAsContact, paid: given.paid },
    }
  }

  function map(moment: AgentMoment, at: Instant): MappedState {
    const asks = judged(moment, at)
    const isGone = moment.activity === null && moment.contacts.length === 0
    const given = asks.flatMap(({ subject, tried }) => {
      const last = tried.at(-1)
      if (isGone || last?.failed !== null) return []
      return [{ rule: last.rule, state: stateOf(last.of.rule.give, subject) }]
    })
    const [one, other] = given
    if (one === undefined) {
      const contact = speakingContact(moment.contacts, mapping.precedence)
      const state = stateOf(isGone ? mapping.gone : mapping.fallback, { moment, contact, at })
      return {
        state,
        rules: [],
        unmapped: isGone ? null : unmappedIn(moment, contact),
      }
    }
    if (other === undefined) return { state: one.state, rules: [one.rule], unmapped: null }
    const code = filledBy(mapping.combinedCode, (name) =>
      name === 'contactCode' ? one.state.code : other.state.code,
    )
    const state = { ...one.state, code, reason: one.state.reason ?? other.state.reason }
    return { state, rules: [one.rule, other.rule], unmapped: null }
  }

  return {
    mapping,
    map,
    explain: (moment, at) =>
      judged(moment, at).flatMap(({ tried }) =>
        tried.map(({ rule, name, failed }) => ({ rule, name, failed })),
      ),
    nextChange(moment, after) {
      let next = Infinity
      for (const subject of speakers(moment, after).subjects) {
        for (const { conditions, from, until } of rulesFor(subject)) {
          // Of a rule that something else keeps from giving, time changes nothing.
          const ripens = conditions.when.longerThanMs !== undefined
          if (!ripens && from === -Infinity && until === Infinity) continue
          const failed = failing(conditions, subject, mapping)
          if (failed !== null && failed !== 'longerThanMs') continue
          const ripe = ripeAt(conditions, subject) ?? Infinity
          if (from > after && from < next) next = from
          if (until > after && until < next) next = until
          if (ripe > after && ripe < next) next = ripe
        }
      }
      return Number.isFinite(next) ? next : null
    },
  }
}

function unmappedIn({ activity }: AgentMoment, contact: OpenContact | null): Unmapped {
  if (contact === null) return { of: 'activity', name: activity?.name ?? '' }
  return { of: 'contact', name: `${contact.channel} ${contact.phase} ${contact.direction}` }
}

function placedBy(
  layer: 'people' | 'teams' | 'sites',
  rules: Readonly<Record<string, readonly MappingRule[]>>,
): ReadonlyMap<string, Layer> {
  return new Map(
    Object.entries(rules).map(([name, own]) => [name, placed(`${layer}.${name}`, own)]),
  )
}

function placed(layer: string, rules: readonly MappingRule[]): Layer {
  const all = rules.map((rule, index) => ({
    ...{ place: `${layer}.${index}`, rule, conditions: conditionsOf(rule) },
    from: rule.from === undefined ? -Infinity : Date.parse(rule.from),
    until: rule.until === undefined ? Infinity : Date.parse(rule.until),
  }))
  return {
    ofContacts: all.filter(({ rule }) => isOfContacts(rule)),
    ofActivities: all.filter(({ rule }) => !isOfContacts(rule)),
  }
}
