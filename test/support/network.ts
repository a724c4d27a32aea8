import { onTestFinished, vi } from 'vitest'
import { newId } from '../../src/platform/ids'

/** What answers at a host of the network outside. */
export type Answering = (request: Request) => Response | Promise<Response>

const hosts = new Map<string, Answering>()

/** Stands for the network outside: requests reach whoever answers at their host, others fail as an unknown host does. */
export async function network(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init)
  const answering = hosts.get(new URL(request.url).host)
  if (!answering) throw new TypeError('unknown host')
  const aborted = new Promise<never>((_, reject) => {
    init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
  })
  // Who aborts what was answered long ago is heard by nobody.
  aborted.catch(() => undefined)
  return Promise.race([answering(request), aborted])
}

/** Lets somebody answer at a host, until the test ends. */
export function answersAt(host: string, answering: Answering): void {
  // Test files share their globals: whatever another one put there, requests come here now.
  vi.stubGlobal('fetch', network)
  hosts.set(host, answering)
  onTestFinished(() => {
    hosts.delete(host)
  })
}

/** A new host that answers requests, until the test ends; answers its name. */
export function aHost(answering: Answering): string {
  const host = `${newId()}.example.com`
  answersAt(host, answering)
  return host
}
