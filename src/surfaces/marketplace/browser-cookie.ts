import { readCookie } from '../../platform/cookies'
import { randomHex } from '../../platform/ids'

/**
 * What binds a sign-on to the browser that started it (`marketplace.md` 3.1). The cookie has a secret of the browser,
 * the same for all sign-ons that it starts at a time, and the hash of the session that it had then: the answer comes
 * from another site, and with it no session's cookie.
 */
const NAME = '__Host-daybook-sso'

const SHAPE = /^([0-9a-f]{32})(?:\.([0-9a-f]{64}))?$/

export type StartingBrowser = {
  readonly secret: string
  /** SHA-256 of the id of the session that it had. */
  readonly formerHash: string | null
}

/** The browser that started a sign-on; null where none did, or too long ago. */
export function startingBrowser(request: Request): StartingBrowser | null {
  const [, secret, formerHash = null] = SHAPE.exec(readCookie(request, NAME) ?? '') ?? []
  return secret === undefined ? null : { secret, formerHash }
}

/** The secret of a browser that starts a sign-on: the one that it has, so that others it started stay good. */
export function secretOf(request: Request): string {
  return startingBrowser(request)?.secret ?? randomHex(16)
}

/** `Set-Cookie` for a browser that starts a sign-on; the hub's form brings it back from another site. */
export function startingCookie({ secret, formerHash }: StartingBrowser): string {
  const value = formerHash === null ? secret : `${secret}.${formerHash}`
  return `${NAME}=${value}; HttpOnly; Secure; SameSite=None; Path=/; Max-Age=600`
}
