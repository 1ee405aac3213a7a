import { z } from 'zod'
import { connector } from '../connector.ts'
import { stateFormSchema } from '../form/state-form.ts'

export const assembled = connector({
  ...{ name: 'assembled', title: 'Assembled', status: 'partial' },
  sources: [
    'api-evangelist/assembled, a reconstruction of the API by others: the body of `POST /v0/agents/state/bulk`, at most 500 states in a request',
    'clients of live accounts in public: times are Unix seconds',
    'The vendor’s own reference was not readable. Not there: contacts (`POST /v0/conversations/bulk`), which are rows of contacts, not of intervals',
  ],
  attribution: 'none: the product counts from states and contacts',
  zone: 'none: Unix seconds',
  zeroRows: 'none',
  closeDelayMinutes: 0,
  lateData: 'upsert',
  lateDataNote:
    'a state that was wrong is corrected by `POST /v0/agents/state/edit`, which is not there yet',
  names: 'agents by the product’s id of them, which is their logon in the identities',
  units: 'Unix seconds',
  options: z.strictObject({}),
  make: () => ({
    states: {
      bulk: stateFormSchema.parse({
        body: { states: '{states}' },
        each: {
          ...{ agent_id: '{agent.logon}', state: '{state.code}', sub_state: '{state.reason}' },
          ...{ start_time: '{since:unix}', end_time: null, source: '{target}' },
        },
        snapshot: { loggedOnOnly: false },
      }),
    },
  }),
})
