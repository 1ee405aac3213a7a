import { z } from 'zod'

export interface StreamEvent {
  readonly event: string
  readonly id: string
  readonly data: unknown
}

/** Server-sent events as a reader gets them. Comments are told apart by the event name `comment`. */
export async function* readEvents(response: Response): AsyncGenerator<StreamEvent, undefined> {
  if (response.body === null) throw new Error('a stream without a body')
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body) {
    text += decoder.decode(z.instanceof(Uint8Array).parse(chunk), { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) yield parsed(block)
  }
}

function parsed(block: string): StreamEvent {
  const fields: Record<string, string> = {}
  for (const line of block.split('\n')) {
    if (line.startsWith(':')) return { event: 'comment', id: '', data: line }
    const colon = line.indexOf(': ')
    fields[line.slice(0, colon)] = line.slice(colon + 2)
  }
  const { event = 'message', id = '', data = 'null' } = fields
  return { event, id, data: JSON.parse(data) }
}
