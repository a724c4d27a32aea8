import { clientOf } from './client-address'
import { RATE_PERIOD_SECONDS, type Rate } from './rates'

/** Clients and credentials that are remembered, of each at most. */
const MOST = 5_000

/**
 * Clients whose credentials were wrong too often. Each wrong one costs a question to the database or the check of a
 * signature, so whoever brings them by the thousand is refused for a while before anything is asked. Only failures
 * count, by the client's address; a credential that was good from there last time is let through all the same, so that
 * a caller who shares the address with somebody who tries keys goes on. One instance a surface.
 */
export class Strangers {
  /** When a client may try again, epoch ms. */
  readonly #barred = new Map<string, number>()
  readonly #good = new Set<string>()

  constructor(
    readonly surface: string,
    /** For how long a client is refused: the period of the rate that counts its failures. */
    readonly seconds = RATE_PERIOD_SECONDS,
  ) {}

  /** Whether a request is refused unseen. `credential`: what it brings, or a name for that. */
  bars(request: Request, credential: string, now: number): boolean {
    if (this.#barred.size === 0) return false
    const client = clientOf(request)
    if (client === null) return false
    const until = this.#barred.get(client)
    if (until === undefined) return false
    // A clock that stands before the moment of the bar was set back.
    if (now < until && now >= until - this.seconds * 1000) {
      return !this.#good.has(pairOf(client, credential))
    }
    this.#barred.delete(client)
    return false
  }

  /** Counts a credential that was wrong. */
  async failed(rate: Rate, request: Request, credential: string, now: number): Promise<void> {
    const client = clientOf(request)
    if (client === null) return
    this.#good.delete(pairOf(client, credential))
    if ((await rate.limit({ key: `${this.surface}\n${client}` })).success) return
    makeRoom(this.#barred)
    this.#barred.set(client, now + this.seconds * 1000)
  }

  /** Remembers a credential that was good. */
  passed(request: Request, credential: string): void {
    const client = clientOf(request)
    if (client === null) return
    const pair = pairOf(client, credential)
    this.#good.delete(pair)
    makeRoom(this.#good)
    this.#good.add(pair)
  }
}

const pairOf = (client: string, credential: string) => `${client}\n${credential}`

/** Forgets what was put in first, where there is no room for more. */
function makeRoom(kept: Map<string, unknown> | Set<string>): void {
  const [oldest] = kept.keys()
  if (kept.size >= MOST && oldest !== undefined) kept.delete(oldest)
}
