import { DurableObject } from 'cloudflare:workers'

/** What a counter says of one request. */
export type Counted = {
  readonly allowed: boolean
  readonly remaining: number
  /** Epoch milliseconds: when the window ends. */
  readonly endsAt: number
}

type Window = { startedAt: number; count: number }

/**
 * Counts requests exactly, in fixed windows that begin with their first request: one object for each whose requests
 * are counted. The count survives the object's end.
 */
export class RateLimiter extends DurableObject {
  private window: Window | undefined

  /** Counts a request where the limit allows it; one beyond does not count. */
  async hit(limit: number, windowSeconds: number, now: number): Promise<Counted> {
    this.window ??= (await this.ctx.storage.get<Window>('window')) ?? { startedAt: now, count: 0 }
    const { startedAt } = this.window
    const isOver = now >= startedAt + windowSeconds * 1000 || now < startedAt
    if (isOver) this.window = { startedAt: now, count: 0 }
    const allowed = this.window.count < limit
    if (allowed) {
      this.window.count++
      // Nobody waits for the disk: a crash may forgive the last requests of a moment.
      void this.ctx.storage.put('window', this.window, { allowUnconfirmed: true })
    }
    return {
      allowed,
      remaining: Math.max(0, limit - this.window.count),
      endsAt: this.window.startedAt + windowSeconds * 1000,
    }
  }
}
