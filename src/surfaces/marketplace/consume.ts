import { logEntry } from '../../domain/marketplace/log'
import type { Marketplace } from '../../domain/marketplace/marketplaces'
import { endElsewhere, sessionHash } from '../../domain/marketplace/sessions'
import { signOn } from '../../domain/marketplace/sign-on'
import { isOfBrowser, isOurRequest } from '../../domain/marketplace/sso-requests'
import { required } from '../../env'
import { sessionCookie, sessionIdOf } from '../../objects/session-cookie'
import { readBody, strictText } from '../../platform/http'
import { randomHex } from '../../platform/ids'
import { refuse, unknownMarketplace } from './answers'
import { startingBrowser } from './browser-cookie'
import type { MarketplaceCall } from './environment'
import { provisioningContext } from './gate'
import { answerEnded, answerFailed } from './pages'
import { acsUrl, appHost } from './paths'
import { type FailureCode, readSignOn } from './read-sign-on'

const MAX_BODY = 262_144

/** Whose sign-on failed, as far as a signed assertion says so. */
type Whose = { readonly groupUid?: string; readonly uid?: string }

/**
 * `POST /maestrano/auth/saml/consume[/{tenant}]`: the marketplace's answer, brought by the browser (`marketplace.md`
 * 3.2). Every failure looks alike from outside and leaves everything as it was; the log tells which check failed.
 */
export async function endSignOn(c: MarketplaceCall): Promise<Response> {
  if (!c.var.marketplace.sso.enabled) return refuse(c, 404, 'Single sign-on is off')
  const body = await readBody(c.req.raw, MAX_BODY)
  if (typeof body === 'string') return fail(c, body)
  const form = new URLSearchParams(strictText(body) ?? '')
  const place = { acsUrl: acsUrl(c), appHost: appHost(c), now: c.var.now }
  const read = await readSignOn(form.getAll('SAMLResponse'), c.var.marketplace, place, (id) =>
    requestFault(c, id),
  )
  if (!read.ok) return fail(c, read.code)
  const { assertion } = read
  const formerHash = await formerOf(c)
  const signedOn = await signOn(provisioningContext(c), c.var.marketplace, assertion, formerHash)
  if (!signedOn.ok) {
    if (signedOn.reason === 'tenant_disabled') return unknownMarketplace(c)
    return fail(c, signedOn.reason, { groupUid: assertion.group.uid, uid: assertion.person.uid })
  }
  if (formerHash !== null) await endElsewhere(c.env, formerHash)
  c.header('Set-Cookie', sessionCookie(signedOn.sessionId))
  c.header('Cache-Control', 'no-store')
  return c.redirect(targetOf(form.getAll('RelayState')), 303)
}

/** What is wrong with the request that a response answers; null where nothing is. */
async function requestFault(c: MarketplaceCall, requestId: string | null): Promise<FailureCode | null> {
  const { marketplace, now } = c.var
  if (requestId === null) return marketplace.sso.idpInitiated ? null : 'idp_initiated'
  const key = required(c.env, 'ENCRYPTION_KEY')
  const place = { tenant: marketplace.tenant, acsUrl: acsUrl(c) }
  if (!(await isOurRequest(key, requestId, place, now))) return 'unknown_request'
  const secret = startingBrowser(c.req.raw)?.secret ?? ''
  return marketplace.sso.bindBrowser && !(await isOfBrowser(key, requestId, secret)) ? 'browser' : null
}

/** The session that the browser has, or had when it started: it ends with the new one. */
async function formerOf(c: MarketplaceCall): Promise<string | null> {
  const id = sessionIdOf(c.req.raw)
  return id === null ? (startingBrowser(c.req.raw)?.formerHash ?? null) : sessionHash(id)
}

/** Where somebody goes on: a place of the portal, and nowhere else. */
function targetOf([relayState, ...others]: readonly string[]): string {
  const isPlain = relayState !== undefined && others.length === 0 && !/\/\/|\\|\p{Cc}/u.test(relayState)
  if (!isPlain || !relayState.startsWith('/portal')) return '/portal'
  // Written as browsers read it: dots resolved, everything beyond ASCII encoded.
  const { pathname, search, hash } = new URL(relayState, 'https://daybook.invalid')
  return pathname.startsWith('/portal') ? pathname + search + hash : '/portal'
}

/** Answers a failure: the same page whatever the cause, whose reference leads to the one in the log. */
async function fail(
  c: MarketplaceCall,
  code: FailureCode,
  whose: Whose = {},
  detail = '',
): Promise<Response> {
  const { marketplace, db, now } = c.var
  const reference = `sso_${randomHex(8)}`
  if (await mayLog(c, marketplace)) {
    await logEntry(db, {
      at: now,
      tenant: marketplace.tenant,
      kind: 'sso',
      code,
      reference,
      detail,
      ...whose,
    }).run()
  } else {
    console.warn(JSON.stringify({ surface: 'marketplace', sso: code, reference }))
  }
  if (code === 'company_cancelled') return answerEnded(c, reference)
  return answerFailed(c, statusOf(code), reference)
}

function statusOf(code: FailureCode): 403 | 408 | 413 {
  if (code === 'too_large') return 413
  return code === 'too_slow' ? 408 : 403
}

/** Whoever posts at random must not fill the log: beyond 120 failures a minute of one address, they are only told of. */
async function mayLog(c: MarketplaceCall, { tenant }: Marketplace): Promise<boolean> {
  const ip = c.req.header('CF-Connecting-IP') ?? ''
  return (await c.env.SSO_RATE.limit({ key: `${ip}\n${tenant}` })).success
}
