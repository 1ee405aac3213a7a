import type { Centre } from '../model/centre.ts'
import { createRandom } from '../model/random.ts'
import { createSids } from '../model/sids.ts'

/** What an account has set up for its texts, once for all; and what its roles are called. */
export interface TextSetup {
  readonly chatService: string
  readonly messagingService: string
  readonly customerRole: string
  readonly agentRole: string
}

export function textSetupOf({ accountSid }: Centre): TextSetup {
  const random = createRandom(accountSid)
  const role = createSids(random, 'RL')
  return {
    chatService: createSids(random, 'IS')(),
    messagingService: createSids(random, 'MG')(),
    customerRole: role(),
    agentRole: role(),
  }
}
