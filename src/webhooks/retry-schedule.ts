const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The delay before each attempt after the first (`webhooks.md` 6), in milliseconds. */
const DELAYS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** How many attempts a delivery has before it is `failed`. */
export const MAX_TRIES = DELAYS.length + 1

/** A receiver may put an attempt off by this much at most. */
const MAX_RETRY_AFTER = 24 * HOUR

/**
 * When the attempt after `tries` failed ones is due (epoch ms); null where there is none. Each delay is lengthened by
 * a random 0 to 20 %, never shortened; a `Retry-After` may make it later.
 */
export function nextAttemptAt(
  tries: number,
  now: number,
  retryAfterMs = 0,
  random: () => number = Math.random,
): number | null {
  const delay = DELAYS[tries - 1]
  if (delay === undefined) return null
  const lengthened = Math.ceil(delay * (1 + 0.2 * random()))
  return now + Math.max(lengthened, Math.min(retryAfterMs, MAX_RETRY_AFTER))
}
