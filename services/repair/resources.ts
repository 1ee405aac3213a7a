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
import type { JudgeItem } from './items/judged-item.ts'
import { judgeMessage } from './items/message-item.ts'
import { judgeTaskRouterItem } from './items/taskrouter-item.ts'
import { pagesOf } from './rest-pages.ts'
import type { Parameters, TwilioRest } from './twilio-rest.ts'

/** From an instant to another, the end not included. */
export interface Stretch {
  readonly from: Instant
  readonly to: Instant
}

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
    async *pages({ from, to }) {
      const stretch = { StartDate: isoSeconds(from), EndDate: isoSecondsUp(to) }
      for await (const items of pagesOf(rest, url, 'events', stretch)) {
        const receivedAt = now()
        yield items.map((item) => judgeTaskRouterItem(item, receivedAt))
      }
    },
  }
}

function callsList({ rest, now }: ListsOptions): ReadableList {
  const url = `https://api.twilio.com/2010-04-01/Accounts/${rest.account}/Calls.json`
  return {
    name: 'calls',
    source: voiceSource,
    pages: ({ from, to }) =>
      judgedPages(pagesOf(rest, url, 'calls', between('StartTime', from, to)), judgeCall, now),
  }
}

function messagesList({ rest, now }: ListsOptions): ReadableList {
  const url = `https://api.twilio.com/2010-04-01/Accounts/${rest.account}/Messages.json`
  return {
    name: 'messages',
    source: messagingSource,
    pages: ({ from, to }) =>
      judgedPages(pagesOf(rest, url, 'messages', between('DateSent', from, to)), judgeMessage, now),
  }
}

/** The older API asks for a range by signs in the names. */
function between(name: string, from: Instant, to: Instant): Parameters {
  return { [`${name}>`]: isoSeconds(from), [`${name}<`]: isoSecondsUp(to) }
}

const withSid = z.looseObject({ sid: z.string().regex(/^CH[0-9a-zA-Z]{32}$/) })

/** Conversations are found by when they were created; all that was said in them is read, whenever that was. */
function conversationsList({ rest, now }: ListsOptions): ReadableList {
  const url = 'https://conversations.twilio.com/v1/Conversations'
  return {
    name: 'conversations',
    source: conversationsSource,
    async *pages({ from, to }) {
      const stretch = { StartDate: isoSeconds(from), EndDate: isoSecondsUp(to) }
      for await (const items of pagesOf(rest, url, 'conversations', stretch)) {
        yield items.map((item) => judgeConversation(item, now()))
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

async function* judgedPages(
  pages: AsyncIterable<readonly unknown[]>,
  judge: JudgeItem,
  now: () => Instant,
): AsyncGenerator<readonly Judged[]> {
  for await (const items of pages) {
    const receivedAt = now()
    yield items.map((item) => judge(item, receivedAt))
  }
}

/** Twilio takes whole seconds: what is asked for is never less than the stretch. */
function isoSeconds(at: Instant): string {
  return new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

function isoSecondsUp(at: Instant): string {
  return isoSeconds(at + 999)
}
