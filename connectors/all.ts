import { amazonConnect } from './amazon-connect/connector.ts'
import { assembled } from './assembled/connector.ts'
import { calabrioWfm } from './calabrio-wfm/connector.ts'
import type { Connector } from './connector.ts'
import { genesysCloud } from './genesys-cloud/connector.ts'
import { ringcx } from './ringcx/connector.ts'

/** Every connector that has files or states of a form. A customer's own target is read from YAML instead. */
export const connectors: readonly Connector[] = [
  ...[amazonConnect, assembled, calabrioWfm, genesysCloud, ringcx],
]
