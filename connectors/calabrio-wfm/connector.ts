import { z } from 'zod'
import { attribution, connector, zone } from '../connector.ts'
import { agentForm, agentQueueForm } from './agent-files.ts'
import { queueForm } from './queue-file.ts'
import { statesByJson, statesOneByOneByJson } from './states-json.ts'
import { statesBySoap, statesOneByOneBySoap } from './states-soap.ts'

const options = z.strictObject({
  intervalMinutes: z.literal([5, 15, 30, 60]).default(15),
  separator: z.enum([';', ',']).default(';'),
  ...{ zone, attribution },
})

export const calabrioWfm = connector({
  ...{ name: 'calabrio-wfm', title: 'Calabrio WFM (formerly Teleopti)', status: 'verified' },
  sources: [
    'the vendor’s page “Queue data file format”, and the importer of the product in public: queue files',
    'the vendor’s samples Teleopti/RTASend-CSharp and RTASend-Curl: states by SOAP, snapshot and close',
    'the product’s own controllers in public: states by JSON',
    'Not public: the layout of agent files. Their columns are the product’s tables, in the order in which RingCX publishes them for it; to be confirmed with the vendor',
  ],
  attribution:
    'a setting, `end` or `arrival`: the product does not say. Where a column has no twin by arrival (contacts that enter, waits and longest waits of abandons, longest waits of answers), that by end stands',
  zone: 'UTC, with the import set to UTC. In another zone the hour that comes twice is one row, of sums, since the importer refuses a key that comes twice; the hour that never comes has no rows',
  zeroRows: 'zeros: the format asks for every field, also of whole empty intervals',
  closeDelayMinutes: 10,
  lateData: 'overlapping',
  lateDataNote:
    'agent reports came every 30 minutes for the last two hours. What a queue file does to rows that another file brought was not read: ask',
  names:
    'up to 30 characters, without separators and quotes; of two names of one queue in a file the newest. The queue code is a whole number, which is assigned for good',
  units: 'whole seconds, each value rounded half up by itself; agents’ states: UTC, whole seconds',
  options,
  make: (told) => ({
    files: {
      queues: queueForm(told),
      'agent-queues': agentQueueForm(told),
      agents: agentForm(told),
    },
    states: {
      soap: statesBySoap,
      'soap-single': statesOneByOneBySoap,
      json: statesByJson,
      'json-single': statesOneByOneByJson,
    },
  }),
})
