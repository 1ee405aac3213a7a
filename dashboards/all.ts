import type { Board } from './board.ts'
import { supervisor } from './supervisor.ts'

/** Every dashboard, in the order of who looks how often. */
export const boards: readonly Board[] = [supervisor]
