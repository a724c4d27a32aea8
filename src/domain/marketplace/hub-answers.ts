import type { HubAnswer } from '../../hub/call'

/** What the answers of a marketplace mean, whichever of its APIs gave them. */

/** A call that may have had its effect, or none. */
export type Unknown = { readonly kind: 'unknown'; readonly why: string; readonly retryAfterMs: number }

/** What is known after a call. */
export type Outcome<T> = { readonly kind: 'done'; readonly value: T } | Unknown

/** What is known after something was sent: `refused` is for certain. */
export type Sent<T> = Outcome<T> | { readonly kind: 'refused'; readonly why: string }

export const isGood = ({ status }: { status: number }) => status >= 200 && status < 300

export function unknown(answer: HubAnswer): Unknown {
  if (!answer.answered) return { kind: 'unknown', why: `No answer: ${answer.why}.`, retryAfterMs: 0 }
  const why = isGood(answer)
    ? 'The answer can’t be understood.'
    : `The marketplace answered ${answer.status}.`
  return { kind: 'unknown', why, retryAfterMs: answer.retryAfterMs }
}

export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}

/** The most of an error that is kept. */
const MAX_ERROR = 500

/** What a marketplace says is wrong, as one line. */
export function errorsOf({ status, body }: { status: number; body: unknown }): string {
  const texts = textsIn(memberOf(body, 'errors') ?? memberOf(body, 'error') ?? memberOf(body, 'message'))
  const line = texts.join('; ').replace(/\s+/g, ' ').trim()
  return [...(line === '' ? `The marketplace answered ${status}.` : line)].slice(0, MAX_ERROR).join('')
}

/** The texts of `"…"`, `["…"]` and `{"field": ["…"]}`; what is nested deeper than anybody nests errors says nothing. */
function textsIn(errors: unknown, depth = 0): string[] {
  if (typeof errors === 'string') return [errors]
  if (typeof errors !== 'object' || errors === null || depth > 10) return []
  const within = (error: unknown) => textsIn(error, depth + 1)
  if (Array.isArray(errors)) return errors.flatMap(within)
  return Object.entries(errors).map(([field, error]) => `${field} ${within(error).join(', ')}`)
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The delay after each attempt without a definite answer (`marketplace.md` 6). */
const DELAYS = [
  2 * SECOND,
  10 * SECOND,
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  DAY,
] as const

/** When to try again after `tries` attempts (epoch ms); null = not any more. `Retry-After` counts up to a day. */
export function retryAt(tries: number, now: number, retryAfterMs: number): number | null {
  const delay = DELAYS[tries - 1]
  return delay === undefined ? null : now + Math.max(delay, Math.min(retryAfterMs, DAY))
}

/** Longer than any attempt: three calls of 10 s. Who holds a lease acts, and stores what was learnt under it. */
export const LEASE_MS = 60_000
