import { stateFormSchema, type StateForm } from '../form/state-form.ts'

const state = { UserCode: '{agent.logon}', StateCode: '{state.code}' }
const whose = {
  AuthenticationKey: '{setting.authenticationKey}',
  SourceId: '{setting.sourceId}',
}

/**
 * States by `POST Rta/State/Batch`. It carries no time: what the service sees is when it came, so whatever it is late by
 * is adherence that is wrong. A snapshot is one message, which closes it. Settings: authenticationKey, sourceId.
 */
export const statesByJson: StateForm = stateFormSchema.parse({
  body: { ...whose, IsSnapshot: '{snapshot}', States: '{states}' },
  each: state,
  snapshot: { statesMax: 100_000, nobody: 'nobody' },
})

/** States by `POST Rta/State/Change`, one in a call; there is no snapshot. */
export const statesOneByOneByJson: StateForm = stateFormSchema.parse({
  ...{ body: { ...whose, ...state }, statesMax: 1 },
})
