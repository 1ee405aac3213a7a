import type { Centre } from '../model/centre.ts'
import type { OperatorResult } from '../model/said-in-texts.ts'
import type { SaidEvent } from '../model/happening.ts'
import { toIso } from './form.ts'

type JudgedEvent = OperatorResult & Pick<SaidEvent, 'sid' | 'at'>

/** What Conversational Intelligence (v3) sends when a rule of it has run over a conversation. */
export function toOperatorResults(
  { sid, at, conversation, label }: JudgedEvent,
  centre: Centre,
): object {
  const own = conversation.sid.slice(2)
  return {
    accountId: centre.accountSid,
    conversationId: `conv_conversation_${own}`,
    intelligenceConfiguration: {
      id: 'intelligence_configuration_0001',
      displayName: 'Post conversation',
      version: 3,
      ruleId: 'intelligence_configurationrule_0001',
    },
    operatorResults: [
      {
        id: sid,
        operator: {
          id: 'intelligence_operator_0001',
          displayName: 'Sentiment',
          version: 2,
          parameters: {},
        },
        outputFormat: 'CLASSIFICATION',
        result: { label },
        dateCreated: inNanoseconds(at),
        referenceIds: [conversation.sid],
        executionDetails: {
          trigger: { on: 'COMMUNICATION', timestamp: inNanoseconds(at - 900) },
          communications: {
            first: `conv_communication_${own}_first`,
            last: `conv_communication_${own}_last`,
          },
          channels: [conversation.binding.toUpperCase()],
          participants: [
            { id: `conv_participant_${own}_1`, profileId: null, type: 'CUSTOMER' },
            { id: `conv_participant_${own}_2`, profileId: null, type: 'UNKNOWN' },
          ],
          resolvedContext: { memory: null, knowledge: null },
        },
        metadata: {
          system: {
            latencyMs: 896,
            resolvedModel: 'example-model',
            inputCharacters: 3_582,
            outputCharacters: 121,
            inputTruncated: false,
          },
        },
      },
    ],
  }
}

function inNanoseconds(at: number): string {
  return toIso(at).replace('Z', '000000Z')
}
