import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import type { env } from 'cloudflare:workers'
import { type Counts, countingEnv } from './counting'
import { handle } from './front-door'
import { ORIGIN } from './publisher'

/** A limit of the platform's kind, of a test's own size; it never begins anew. */
export function rateOf(limit: number): RateLimit & { asked: number } {
  const counts = new Map<string, number>()
  return {
    asked: 0,
    limit({ key }) {
      this.asked++
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return Promise.resolve({ success: count <= limit })
    },
  }
}

let addresses = 0

/** A client's address that no other test has. */
export function aClientAddress(): string {
  const n = ++addresses
  return `100.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
}

/** Who sends requests: a client at an address (null: none is told), with bindings of a test's own. */
export class Client {
  /** What its requests cost the database so far. */
  readonly counts: Counts
  readonly #bindings: typeof env

  constructor(
    readonly address: string | null = aClientAddress(),
    bindings: Partial<typeof env> = {},
  ) {
    const { counted, counts } = countingEnv()
    this.counts = counts
    this.#bindings = { ...counted, ...bindings }
  }

  async send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.address !== null) headers.set('CF-Connecting-IP', this.address)
    const execution = createExecutionContext()
    const request = new Request(new URL(path, ORIGIN), { redirect: 'manual', ...init, headers })
    const response = await handle(request, this.#bindings, execution)
    await waitOnExecutionContext(execution)
    return response
  }

  /** The statuses of many equal requests, so many at once. */
  async statuses(times: number, path: string | (() => string), init: RequestInit = {}): Promise<number[]> {
    const statuses: number[] = []
    while (statuses.length < times) {
      const round = Array.from({ length: Math.min(50, times - statuses.length) }, async () => {
        const response = await this.send(typeof path === 'string' ? path : path(), init)
        await response.text()
        return response.status
      })
      statuses.push(...(await Promise.all(round)))
    }
    return statuses
  }
}
