import { OpenAPIHono } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import { answerOtherMethods } from '../../platform/http'
import { answerError, type IdentityEnv, refuse, refuseMethod } from './answers'
import { registerDiscovery } from './discovery'
import { registerToken } from './token'

/** The token service `/identity` (`payments.md` 2), for event subscriptions and payments. */
export const identityApp = new OpenAPIHono<IdentityEnv>()

registerToken(identityApp)
registerDiscovery(identityApp)
answerOtherMethods(identityApp, (known): Handler<IdentityEnv> => {
  // HEAD goes with GET and is not listed (`payments.md` 1.1).
  const allow = known.replace('GET, HEAD', 'GET')
  return (c) => {
    if (c.req.method !== 'OPTIONS') return refuseMethod(c, allow)
    return c.body(null, 204, { Allow: allow, 'Cache-Control': 'no-store' })
  }
})

identityApp.notFound((c) => refuse(c, 404))
identityApp.onError(answerError)
