import type { createOperationsClient } from '../../client/operations.ts'
import { planCodes } from '../simulator/model/plan-codes.ts'

type Client = Pick<ReturnType<typeof createOperationsClient>, 'setDefinitions' | 'setMapping'>

const target = 'demo-wfm'

/** An agent who is available is told by what he does. */
const { Available: work, ...codes } = planCodes

/** What the demo's planner is told of agents. `System Issue` has no rule, so that there is something to find. */
const mapping = {
  target,
  contactPolicy: 'contact',
  precedence: [{ phase: 'talk' }, { phase: 'hold' }, { phase: 'ringing' }, { phase: 'acw' }],
  minimumDwellMs: 1_000,
  rules: [
    {
      name: 'After-contact work that takes too long',
      when: { phase: ['acw'], longerThanMs: 240_000 },
      give: { code: 'ACW_LONG', class: 'signed_on', countsAsContact: true },
    },
    { when: { phase: ['acw'] }, give: { code: 'ACW', class: 'signed_on', countsAsContact: true } },
    {
      when: { phase: ['talk', 'hold', 'ringing'] },
      give: { code: 'CONTACT', class: 'signed_on', countsAsContact: true },
    },
    ...Object.entries(codes).map(([activity, code]) => ({
      when: { activity: [activity] },
      give: { code, class: 'signed_on' },
    })),
    { when: { activity: ['Unavailable'] }, give: { code: 'AWAY', class: 'signed_on' } },
    { when: { activityClass: ['available'] }, give: { code: 'READY', class: 'available' } },
    {
      when: { activityClass: ['offline'] },
      give: { code: 'OFF', class: 'signed_off', paid: false },
    },
  ],
  fallback: { code: 'UNMAPPED', text: '{activity}', class: 'signed_on' },
  gone: { code: 'OFF', class: 'signed_off', paid: false },
}

const definitions = {
  adherence: {
    target,
    accept: { [work]: ['READY', 'CONTACT', 'ACW', 'ACW_LONG'] },
    productiveCodes: [work, 'READY', 'CONTACT', 'ACW', 'ACW_LONG', 'OUTBOUND'],
    unpaidCodes: ['LUNCH'],
    graceMs: 60_000,
  },
}

/** By what the demo measures adherence, in force from its first event on. */
export async function setUpWfm(client: Client, from: number): Promise<void> {
  // JSON is YAML.
  await client.setDefinitions(JSON.stringify(definitions), from)
  await client.setMapping(JSON.stringify(mapping), from)
}
