import type { MailStatus, SaidEvent } from '../model/happening.ts'

type MailEvent = MailStatus & Pick<SaidEvent, 'sid' | 'at'>

/** An event of SendGrid's webhook; the task's sid is an argument that the sender has given the mail. */
export function toMailEvent({ sid, at, type, message, address, task }: MailEvent): object {
  return {
    email: address,
    event: type,
    sg_event_id: Buffer.from(sid, 'hex').toString('base64url'),
    sg_message_id: `${message}.filter0001.1.1.0`,
    timestamp: Math.floor(at / 1000),
    task_sid: task,
    ...detailsOf(type, message),
  }
}

/** A batch as SendGrid sends it: the signature covers its CR LF too. */
export function toMailBody(events: readonly MailEvent[]): string {
  return `[${events.map((event) => JSON.stringify(toMailEvent(event))).join(',\r\n')}]\r\n`
}

function detailsOf(type: MailStatus['type'], message: string): object {
  const smtp = { 'smtp-id': `<${message}@ismtpd0001.example.net>` }
  const ip = '192.0.2.10'
  const visitor = { ip: '192.0.2.55', useragent: 'Mozilla/5.0' }
  switch (type) {
    case 'processed':
      return { ...smtp, send_at: 0, category: ['answer'] }
    case 'delivered':
      return { ...smtp, ip, response: '250 OK', tls: 1, category: 'answer' }
    case 'deferred':
      return { ...smtp, attempt: '1', response: '400 try again later' }
    case 'bounce':
      return {
        ...smtp,
        ip,
        reason: '550 5.1.1 unknown recipient',
        status: '5.1.1',
        type: 'bounce',
        bounce_classification: 'Invalid Address',
        tls: 1,
      }
    case 'open':
      return { ...visitor, sg_content_type: 'html', sg_machine_open: false }
    case 'click':
      return {
        ...visitor,
        url: 'https://www.example.com/order',
        url_offset: { index: 0, type: 'html' },
      }
  }
}
