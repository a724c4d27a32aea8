import { onTestFinished, vi } from 'vitest'
import { newId } from '../../src/platform/ids'

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

const receivers = new Map<string, Receiver>()

/** What other hosts answer. */
const hosts = new Map<string, (request: Request) => Response | Promise<Response>>()

/** Stands for the network outside: requests to a receiver's address reach it, others fail as an unknown host does. */
async function network(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init)
  const aborted = new Promise<never>((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
  })
  aborted.catch(() => undefined)
  const other = hosts.get(new URL(request.url).host)
  if (other) return Promise.race([other(request), aborted])
  const receiver = receivers.get(new URL(request.url).host)
  if (!receiver) throw new TypeError('unknown host')
  const body = await request.clone().text()
  const headers = Object.fromEntries(request.headers)
  receiver.received.push({ id: headers['webhook-id'] ?? '', headers, body, json: JSON.parse(body) })
  return Promise.race([receiver.answer(request), aborted])
}

/** A new receiver, until the test ends. */
export function aReceiver(answer: Receiver['answer'] = () => new Response(null, { status: 204 })): Receiver {
  const host = `${newId()}.example.com`
  const receiver: Receiver = {
    url: `https://${host}/hook`,
    received: [],
    answer,
    until: async (count) => {
      await vi.waitFor(
        () => {
          if (receiver.received.length < count) {
            throw new Error(`${receiver.received.length} of ${count} messages came`)
          }
        },
        { timeout: 5_000, interval: 10 },
      )
      return receiver.received
    },
    ids: () => receiver.received.map((message) => message.id),
  }
  // Test files share their globals: whatever another one put there, requests come here now.
  vi.stubGlobal('fetch', network)
  receivers.set(host, receiver)
  onTestFinished(() => {
    receivers.delete(host)
  })
  return receiver
}

/** A host that answers requests, until the test ends; answers its name. */
export function aHost(answer: (request: Request) => Response | Promise<Response>): string {
  const host = `${newId()}.example.com`
  vi.stubGlobal('fetch', network)
  hosts.set(host, answer)
  onTestFinished(() => {
    hosts.delete(host)
  })
  return host
}
