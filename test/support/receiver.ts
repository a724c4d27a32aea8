import { vi } from 'vitest'
import { newId } from '../../src/platform/ids'
import { answersAt } from './network'
import { patience } from './waiting'

/** A message as it arrived. */
export type Received = {
  readonly id: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly json: { type: string; timestamp: string; data: Record<string, unknown> }
}

/** A client system that receives webhooks at an address of its own. */
export type Receiver = {
  readonly url: string
  readonly received: Received[]
  /** What it answers from now on. */
  answer: (request: Request) => Response | Promise<Response>
  /** Waits until so many messages came. */
  until: (count: number) => Promise<Received[]>
  ids: () => string[]
}

/** A new receiver, until the test ends. */
export function aReceiver(answer: Receiver['answer'] = () => new Response(null, { status: 204 })): Receiver {
  const host = `${newId()}.example.com`
  const receiver: Receiver = {
    url: `https://${host}/hook`,
    received: [],
    answer,
    until: async (count) => {
      await vi.waitFor(() => {
        if (receiver.received.length < count) {
          throw new Error(`${receiver.received.length} of ${count} messages came`)
        }
      }, patience)
      return receiver.received
    },
    ids: () => receiver.received.map((message) => message.id),
  }
  answersAt(host, async (request) => {
    const body = await request.clone().text()
    const headers = Object.fromEntries(request.headers)
    receiver.received.push({ id: headers['webhook-id'] ?? '', headers, body, json: JSON.parse(body) })
    return receiver.answer(request)
  })
  return receiver
}
