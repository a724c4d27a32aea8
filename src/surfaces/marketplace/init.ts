import { characters } from '../../domain/fields'
import { sessionHash } from '../../domain/marketplace/sessions'
import { newRequestId } from '../../domain/marketplace/sso-requests'
import { required } from '../../env'
import { sessionIdOf } from '../../objects/session-cookie'
import { authnRequest, requestUrl } from '../../saml'
import { refuse } from './answers'
import { secretOf, startingCookie } from './browser-cookie'
import type { MarketplaceCall } from './environment'
import { acsUrl } from './paths'

const MAX_GROUP = 200

/**
 * `GET /maestrano/auth/saml/init[/{tenant}]`: sends the browser to the marketplace to sign on (`marketplace.md` 3.1).
 * Nothing is stored: the request's id says by itself that it is ours.
 */
export async function startSignOn(c: MarketplaceCall): Promise<Response> {
  const { marketplace, now } = c.var
  const { sso, idp, apiId, tenant } = marketplace
  if (!sso.enabled) return refuse(c, 404, 'Single sign-on is off')
  const group = c.req.query('group_id') ?? ''
  if (characters(group) > MAX_GROUP) return refuse(c, 400, 'Invalid group_id')
  const secret = sso.bindBrowser ? secretOf(c.req.raw) : ''
  const place = { tenant, acsUrl: acsUrl(c) }
  const id = await newRequestId(required(c.env, 'ENCRYPTION_KEY'), place, secret, now)
  const request = authnRequest({
    id,
    issueInstant: now,
    destination: idp.ssoUrl,
    acsUrl: place.acsUrl,
    issuer: apiId,
  })
  const location = await requestUrl(idp.ssoUrl, request, group === '' ? undefined : group)
  const former = sessionIdOf(c.req.raw)
  const formerHash = former === null ? null : await sessionHash(former)
  if (sso.bindBrowser) c.header('Set-Cookie', startingCookie({ secret, formerHash }))
  c.header('Cache-Control', 'no-store')
  return c.redirect(location, 302)
}
