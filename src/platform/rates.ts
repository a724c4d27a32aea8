import { clientOf } from './client-address'
import { WindowCounts } from './window-counts'

/** A limit that the platform counts over all isolates of a place: a rate-limit binding. */
export type Rate = Pick<RateLimit, 'limit'>

/** The period of all limits that are counted here, and of the bindings behind them. */
export const RATE_PERIOD_SECONDS = 10

/** When to come again, for whoever was refused. */
export const comeAgain = { 'Retry-After': String(RATE_PERIOD_SECONDS) }

/**
 * Tells what comes often from what comes seldom, without asking anybody: only what this isolate sees more than `free`
 * times in a period is worth a look at a binding. So ordinary traffic pays for a look at a map.
 */
export class Burst {
  readonly #counts = new WindowCounts(RATE_PERIOD_SECONDS * 1000)

  constructor(readonly free: number) {}

  /** Counts a key once more, and tells whether it came too often to go on unasked. */
  includes(key: string, now: number): boolean {
    return this.#counts.add(key, now) > this.free
  }
}

const opened = new Burst(30)

/**
 * Whether a client may still ask for what needs no credentials: so often in a period for each address and surface.
 * Where no address is told there is no client to count.
 */
export async function mayOpen(
  { OPEN_RATE }: { readonly OPEN_RATE: Rate },
  request: Request,
  surface: string,
  now: number,
): Promise<boolean> {
  const client = clientOf(request)
  if (client === null) return true
  const key = `${surface}\n${client}`
  return !opened.includes(key, now) || (await OPEN_RATE.limit({ key })).success
}
