import type { AgentState } from '../../connectors/agent-state.ts'
import type { WfmState } from '../../connectors/mapping/mapper.ts'

/** An agent's state since an instant. */
export function state(
  logon: string,
  code: string,
  text: string,
  since: string,
  loggedOn = true,
  own: Partial<WfmState> = {},
): AgentState {
  return {
    agent: { id: `WK${logon}`, logon, name: `Agent ${logon}` },
    since: Date.parse(since),
    state: {
      ...{ code, text, loggedOn, reason: null, class: loggedOn ? 'signed_on' : 'signed_off' },
      ...{ countsAsContact: false, paid: true, ...own },
    },
  }
}
