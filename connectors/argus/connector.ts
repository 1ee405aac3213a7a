import { z } from 'zod'
import { connector } from '../connector.ts'
import { stateFormSchema } from '../form/state-form.ts'
import type { Body } from '../form/body.ts'

const change = (action: 1 | 0): Body => ({
  workerId: '{agent.logon}',
  stateName: '{state.text}',
  stateCode: '{state.code}',
  systemId: '{setting.systemId}',
  actionTime: '{since:unix}',
  action,
})

export const argus = connector({
  ...{ name: 'argus', title: 'ARGUS WFM CC', status: 'partial' },
  sources: [
    'oneaiguru/wfm-system, a translated copy of the vendor’s “REST API Integration Documentation”, October 2024: the push of states, `/historic/agentStatusData`, `/historic/agentLoginData`, `/online/agentStatus`',
    'Not there: `/historic/serviceGroupData`, which wants the contacts of a customer’s day once, and no table tells them; `/historic/agentCallsData` and `/historic/agentChatsWorkTime`, which are made of contacts; `/personnel`',
  ],
  attribution: 'none: of agents only',
  zone: 'UTC, ISO 8601; pushed states: Unix seconds',
  zeroRows: 'none',
  closeDelayMinutes: 0,
  lateData: 'overlapping',
  lateDataNote:
    'the product asks again; what is pushed is answered by nothing, so what it did not hear it reads from `/online/agentStatus`',
  names: 'agents by their logon',
  units: 'milliseconds; Unix seconds in what is pushed',
  options: z.strictObject({}),
  make: () => ({
    states: {
      status: stateFormSchema.parse({ body: change(1), leave: change(0), statesMax: 1, indent: 0 }),
    },
  }),
})
