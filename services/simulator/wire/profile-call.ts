import type { ProfileCall, SaidEvent } from '../model/happening.ts'
import { toIso } from './form.ts'

/** A call as Segment's webhook destination passes it on. */
export function toProfileCall(call: ProfileCall & Pick<SaidEvent, 'sid' | 'at'>): object {
  const { sid, at, type, userId, anonymousId, name, traits } = call
  return {
    version: 2,
    type,
    messageId: sid,
    ...(anonymousId === null ? {} : { anonymousId }),
    userId,
    channel: 'server',
    context: {
      library: { name: 'analytics-node', version: '2.0.0' },
      locale: 'en-US',
      timezone: 'America/New_York',
      ip: '192.0.2.20',
    },
    integrations: {},
    // What the browser says, what the browser said when it sent, and when Segment had it: the clocks agree here.
    originalTimestamp: toIso(at),
    sentAt: toIso(at + 100),
    receivedAt: toIso(at + 100),
    timestamp: toIso(at),
    projectId: 'simulated',
    writeKey: 'REDACTED',
    ...detailsOf(type, name, traits),
  }
}

function detailsOf(
  type: ProfileCall['type'],
  name: string | null,
  traits: ProfileCall['traits'],
): object {
  switch (type) {
    case 'identify':
      return { traits }
    case 'alias':
      return traits
    case 'track':
      return { event: name, properties: {} }
    case 'page': {
      const path = `/${(name ?? '').toLowerCase()}`
      const url = `https://www.example.com${path}`
      return { name, properties: { path, url, title: name, referrer: '' } }
    }
  }
}
