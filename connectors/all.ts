import { alvaria } from './alvaria/connector.ts'
import { amazonConnect } from './amazon-connect/connector.ts'
import { argus } from './argus/connector.ts'
import { assembled } from './assembled/connector.ts'
import { calabrioWfm } from './calabrio-wfm/connector.ts'
import type { Connector } from './connector.ts'
import { genesysCloud } from './genesys-cloud/connector.ts'
import { ringcx } from './ringcx/connector.ts'
import { twilioRta } from './twilio-rta/connector.ts'

/** Every vendor's connector. A customer's own target is read from YAML instead. */
export const connectors: readonly Connector[] = [
  ...[alvaria, amazonConnect, argus, assembled, calabrioWfm, genesysCloud, ringcx, twilioRta],
]
