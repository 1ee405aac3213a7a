import { z } from 'zod'
import { connector } from '../connector.ts'

export const twilioRta = connector({
  ...{ name: 'twilio-rta', title: 'Products that take Twilio’s WFM feed', status: 'verified' },
  sources: [
    'Twilio documentation, “Workforce Management Real-Time Adherence” (Flex, developer, insights)',
  ],
  attribution: 'none: of agents only',
  zone: 'UTC, ISO 8601 with milliseconds',
  zeroRows: 'none',
  closeDelayMinutes: 0,
  lateData: 'append once',
  lateDataNote: 'each record is all that an agent is; the newest counts',
  names: 'sids, and activities and channels by their names',
  units: 'ISO 8601',
  options: z.strictObject({}),
  // A record has an agent's reservations in it, not a code: worker-change.ts makes it.
  make: () => ({}),
})
