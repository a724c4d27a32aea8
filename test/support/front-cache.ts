import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { clock } from '../../src/platform/clock'
import { handle } from './front-door'
import { ORIGIN } from './publisher'

type Kept = { readonly response: Response; readonly until: number; readonly tags: string[] }

/**
 * A stand-in for the cache in front of the Worker, by its documentation: it answers GET and HEAD by path and query,
 * keeps what `Cloudflare-CDN-Cache-Control`, else `Cache-Control`, lets it keep, purges by tag, and takes its headers off.
 */
export class StandInFrontCache {
  readonly kept = new Map<string, Kept>()
  readonly purged: string[] = []
  fails = false

  async purge({ tags = [] }: CachePurgeOptions): Promise<CachePurgeResult> {
    if (this.fails) return { success: false, errors: [{ code: 10_000, message: 'rate limited' }] }
    this.purged.push(...tags)
    for (const [key, { tags: own }] of this.kept) {
      if (own.some((tag) => tags.includes(tag))) this.kept.delete(key)
    }
    return { success: true, errors: [] }
  }

  /** Sends a request through this cache. Answers whether the Worker ran, beside the answer. */
  async fetch(path: string, init: RequestInit = {}): Promise<{ answer: Response; ran: boolean }> {
    const isRead = (init.method ?? 'GET') === 'GET'
    const found = isRead ? this.kept.get(path) : undefined
    if (found && found.until > clock.now()) return { answer: found.response.clone(), ran: false }
    const execution = Object.assign(createExecutionContext(), { cache: this })
    const answer = await handle(new Request(`${ORIGIN}${path}`, init), env, execution)
    await waitOnExecutionContext(execution)
    const control = answer.headers.get('Cloudflare-CDN-Cache-Control') ?? answer.headers.get('Cache-Control')
    const tags = answer.headers.get('Cache-Tag')?.split(',') ?? []
    const told = new Response(answer.body, answer)
    for (const name of ['Cloudflare-CDN-Cache-Control', 'Cache-Tag']) told.headers.delete(name)
    // Without a word, a 200 would be kept for two hours.
    const seconds = control === null ? 7_200 : Number(/public, max-age=(\d+)/.exec(control)?.[1] ?? 0)
    if (isRead && answer.status === 200 && seconds > 0) {
      this.kept.set(path, { response: told.clone(), until: clock.now() + seconds * 1_000, tags })
    }
    return { answer: told, ran: true }
  }
}
