import { adherence } from './adherence.ts'
import { agentDay } from './agent-day.ts'
import type { Board } from './board.ts'
import { channels } from './channels.ts'
import { dataTrust } from './data-trust.ts'
import { intraday } from './intraday.ts'
import { operations } from './operations.ts'
import { queueHistory } from './queue-history.ts'
import { supervisor } from './supervisor.ts'

/** Every dashboard, in the order of who looks how often. */
export const boards: readonly Board[] = [
  ...[supervisor, intraday, adherence, agentDay],
  ...[queueHistory, channels, dataTrust, operations],
]
