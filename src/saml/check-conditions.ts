import type { SamlFailure } from './failures'
import type { SamlResponse } from './saml-response'

/** Whom a response must be meant for, and when. */
export type Expectation = {
  /** The AssertionConsumerServiceURL of the request; of a sign-on that the hub began, our own. */
  readonly acsUrl: string
  /** The names we go by: see `audiencesOf`. */
  readonly audiences: readonly string[]
  /** Epoch milliseconds. */
  readonly now: number
}

/** Our names as an audience: our id at the hub, and our origin with or without a final `/` (`marketplace.md` 3.2). */
export function audiencesOf(apiId: string, appHost: string): readonly string[] {
  const origin = appHost.replace(/\/$/, '')
  return [apiId, origin, `${origin}/`]
}

/**
 * The second half of the checks of `marketplace.md` 3.2, from `destination` to `request_mismatch`, in that order:
 * the code of the first that fails, or null. Whether the request is one of ours, unused, in time and of this browser
 * is for the caller to check next.
 */
export function checkConditions(
  response: SamlResponse,
  { acsUrl, audiences, now }: Expectation,
): SamlFailure | null {
  const { destination, validFrom, validUntil } = response
  const isSentHere = destination === null ? !response.needsDestination : destination === acsUrl
  if (!isSentHere) return 'destination'
  if (response.recipient !== acsUrl) return 'recipient'
  const isForUs =
    response.audiences.length > 0 &&
    response.audiences.every((names) => names.some((name) => audiences.includes(name)))
  if (!isForUs || !response.hasKnownConditions) return 'audience'
  // Written so that an instant which could not be read refuses.
  if (!(now >= validFrom)) return 'not_yet_valid'
  if (!(now < validUntil)) return 'expired'
  return response.namesOneRequest ? null : 'request_mismatch'
}
