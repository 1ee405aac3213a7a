import type { Body } from '../form/body.ts'
import { stateFormSchema, type StateForm } from '../form/state-form.ts'

const action = (operation: string) => ({
  SOAPAction: `"http://tempuri.org/ITeleoptiRtaService/${operation}"`,
})

/** The id of the platform's type that the vendor's own samples send. */
const platformTypeId = '00000000-0000-0000-0000-000000000000'

/** Elements in the order of the service's schema, which its serializer holds to. */
const stateOf = (own: {
  isSnapshot: boolean
  seconds: string | number
  timestamp: string
}): Body => ({
  'tel:BatchId': '{batch:iso-seconds}',
  'tel:IsLoggedOn': '{state.loggedOn}',
  'tel:IsSnapshot': own.isSnapshot,
  'tel:SecondsInState': own.seconds,
  'tel:StateCode': '{state.code}',
  'tel:StateDescription': '{state.text}',
  'tel:Timestamp': own.timestamp,
  'tel:UserCode': '{agent.logon}',
})

const batch = envelope({
  'tem:SaveBatchExternalUserState': {
    'tem:authenticationKey': '{setting.authenticationKey}',
    'tem:platformTypeId': platformTypeId,
    'tem:sourceId': '{setting.sourceId}',
    'tem:externalUserStateBatch': { 'tel:ExternalUserState': '{states}' },
  },
})

const single = (own: Readonly<Record<string, Body>>): Body =>
  envelope({
    'tem:SaveExternalUserState': {
      'tem:authenticationKey': '{setting.authenticationKey}',
      ...own,
      'tem:platformTypeId': platformTypeId,
      'tem:sourceId': '{setting.sourceId}',
      'tem:batchId': '{batch:iso-seconds}',
      'tem:isSnapshot': own['tem:userCode'] === '',
    },
  })

/** Ends a snapshot: who was not in it is logged out. */
const close = single({
  'tem:userCode': '',
  'tem:stateCode': '',
  'tem:stateDescription': '',
  'tem:isLoggedOn': true,
  'tem:secondsInState': 0,
  'tem:timestamp': '{batch:iso-seconds}',
})

/** States by SOAP 1.1, which alone carries when a state began. Settings: authenticationKey, sourceId. */
export const statesBySoap: StateForm = stateFormSchema.parse({
  ...{ kind: 'xml', contentType: 'text/xml; charset=utf-8', body: batch },
  headers: action('SaveBatchExternalUserState'),
  each: stateOf({ isSnapshot: false, seconds: 0, timestamp: '{since:iso-seconds}' }),
  snapshot: {
    each: stateOf({
      ...{ isSnapshot: true, seconds: '{state.seconds}', timestamp: '{batch:iso-seconds}' },
    }),
    ...{ close, closeHeaders: action('SaveExternalUserState') },
    // The service takes no snapshot in which nobody is.
    nobody: 'nobody',
  },
})

/** The same, one state in a call. */
export const statesOneByOneBySoap: StateForm = {
  ...statesBySoap,
  headers: action('SaveExternalUserState'),
  statesMax: 1,
  body: single({
    'tem:userCode': '{agent.logon}',
    'tem:stateCode': '{state.code}',
    'tem:stateDescription': '{state.text}',
    'tem:isLoggedOn': '{state.loggedOn}',
    'tem:secondsInState': 0,
    'tem:timestamp': '{since:iso-seconds}',
  }),
}

function envelope(content: Body): Body {
  return {
    'soapenv:Envelope': {
      '@xmlns:soapenv': 'http://schemas.xmlsoap.org/soap/envelope/',
      '@xmlns:tem': 'http://tempuri.org/',
      '@xmlns:tel': 'http://schemas.datacontract.org/2004/07/Teleopti.Ccc.Rta.WebService',
      'soapenv:Body': content,
    },
  }
}
