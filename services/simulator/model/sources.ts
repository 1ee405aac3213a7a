/** Everything that the simulated centre's suppliers send, by who sends it. */
export const sourceNames = [
  'taskrouter',
  'voice',
  'insights',
  'studio',
  'conversations',
  'messaging',
  'intelligence',
  'error-logs',
  'sendgrid',
  'segment',
] as const

export type SourceName = (typeof sourceNames)[number]

/** What Twilio itself signs: needs no more than the account's auth token. */
export const twilioSources = sourceNames.filter(
  (name): name is Exclude<SourceName, 'sendgrid' | 'segment'> =>
    name !== 'sendgrid' && name !== 'segment',
)
