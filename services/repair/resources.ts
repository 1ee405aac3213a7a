import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { repairResources, type RepairResource } from '../../schemas/feeds/operations.ts'
import type { Judged } from '../ingest/verdict.ts'
import { taskRouterSource } from '../ingest/sources/twilio-taskrouter.ts'
import { conversationsSource } from '../ingest/sources/twilio-conversations.ts'
import { messagingSource } from '../ingest/sources/twilio-messaging.ts'
import { voiceSource } from '../ingest/sources/twilio-voice.ts'
import { judgeCall } from './items/call-item.ts'
import {
  judgeConversation,
  judgeConversationMessage,
  judgeParticipant,
} from './items/conversation-items.ts'
import { judgeMessage } from './items/message-item.ts'
import { judgeTaskRouterItem } from './items/taskrouter-item.ts'
import { dateRange, judgedPages, signedRange, within } from './list-pages.ts'
import { pagesOf } from './rest-pages.ts'
import type { TwilioRest } from './twilio-rest.ts'
import type { Stretch } from './windows.ts'

/** A list of Twilio's that can be read again, stretch by stretch. */
export interface ReadableList {
  readonly name: RepairResource
  readonly source: string
  /** What happened in the stretch, in pages as Twilio gives them; their order means nothing. */
  pages(stretch: Stretch): AsyncIterable<readonly Judged[]>
}

export interface ListsOptions {
  readonly rest: TwilioRest
  /** Without it TaskRouter cannot be read. */
  readonly workspace: string | null
  readonly now: () => Instant
}

/** Every list that can be read with what is configured. */
export function createLists(options: ListsOptions): readonly ReadableList[] {
  const { workspace } = options
  return repairResources.flatMap((name) => {
    switch (name) {
      case 'taskrouter':
        return workspace === null ? [] : [taskRouterList(workspace, options)]
      case 'conversations':
        return [conversationsList(options)]
      case 'calls':
        return [callsList(options)]
      case 'messages':
        return [messagesList(options)]
    }
  })
}

function taskRouterList(workspace: string, { rest, now }: ListsOptions): ReadableList {
  const url = `https://taskrouter.twilio.com/v1/Workspaces/${workspace}/Events`
  return {
    name: 'taskrouter',
    source: taskRouterSource,
    pages(stretch) {
      const pages = pagesOf(rest, url, 'events', dateRange(stretch))
      const dates = ['event_date_ms', 'event_date']
      return judgedPages(within(stretch, dates, pages), judgeTaskRouterItem, now)
    },
  }
}

function callsList({ rest, now }: ListsOptions): ReadableList {
  const url = `https://api.twilio.com/2010-04-01/Accounts/${rest.account}/Calls.json`
  return {
    name: 'calls',
    source: voiceSource,
    pages(stretch) {
      const pages = pagesOf(rest, url, 'calls', signedRange('StartTime', stretch))
      return judgedPages(within(stretch, ['start_time'], pages), judgeCall, now)
    },
  }
}

function messagesList({ rest, now }: ListsOptions): ReadableList {
  const url = `https://api.twilio.com/2010-04-01/Accounts/${rest.account}/Messages.json`
  return {
    name: 'messages',
    source: messagingSource,
    pages(stretch) {
      const pages = pagesOf(rest, url, 'messages', signedRange('DateSent', stretch))
      return judgedPages(within(stretch, ['date_sent'], pages), judgeMessage, now)
    },
  }
}

const withSid = z.looseObject({ sid: z.string().regex(/^CH[0-9a-zA-Z]{32}$/) })

/** Conversations are found by when they were created; all that was said in them is read, whenever that was. */
function conversationsList({ rest, now }: ListsOptions): ReadableList {
  const url = 'https://conversations.twilio.com/v1/Conversations'
  return {
    name: 'conversations',
    source: conversationsSource,
    async *pages(stretch) {
      const pages = pagesOf(rest, url, 'conversations', dateRange(stretch))
      for await (const items of within(stretch, ['date_created'], pages)) {
        const receivedAt = now()
        yield items.map((item) => judgeConversation(item, receivedAt))
        for (const item of items) {
          const known = withSid.safeParse(item)
          if (!known.success) continue
          const own = `${url}/${known.data.sid}`
          const participants = pagesOf(rest, `${own}/Participants`, 'participants', {})
          yield* judgedPages(participants, judgeParticipant, now)
          const messages = pagesOf(rest, `${own}/Messages`, 'messages', {})
          yield* judgedPages(messages, judgeConversationMessage, now)
        }
      }
    },
  }
}
