import type { ActivityName } from './centre.ts'

/** The planner's words for what an agent is planned for, or does; what is not here nobody plans. */
export const planCodes = {
  ...{ Available: 'ON_QUEUE', 'Outbound Campaign': 'OUTBOUND', Break: 'BREAK', Lunch: 'LUNCH' },
  ...{ Meeting: 'MEETING', Training: 'TRAINING', Coaching: 'COACHING' },
} as const satisfies Readonly<Partial<Record<ActivityName, string>>>

export function planCode(activity: ActivityName): string {
  const codes: Readonly<Partial<Record<ActivityName, string>>> = planCodes
  return codes[activity] ?? activity
}
