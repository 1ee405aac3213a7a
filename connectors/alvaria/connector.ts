import { z } from 'zod'
import { connector } from '../connector.ts'

export const alvaria = connector({
  ...{ name: 'alvaria', title: 'Alvaria (Aspect) WFM', status: 'partial' },
  sources: [
    'aws-quickstart/connect-integration-aspect-wfm, the vendor’s own deployment kit: agent productivity lines, the table of state types, how states are transported',
    'Not public: the bodies of the feed for real-time adherence, and files of queues',
  ],
  attribution: 'none: of agents only',
  zone: 'UTC, without saying so',
  zeroRows: 'an empty line at the end of each file, also of one in which nothing happened',
  closeDelayMinutes: 5,
  lateData: 'append once',
  lateDataNote:
    'whether a line that comes again is one was not read; what is older than the newest state is ignored for adherence',
  names: 'fields with commas or quotes are quoted; nothing is the word null',
  units: 'times with milliseconds',
  options: z.strictObject({}),
  // Lines of states are no intervals: agent-productivity.ts writes them.
  make: () => ({}),
})
