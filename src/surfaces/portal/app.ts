import { type Handler, Hono } from 'hono'
import type { Role } from '../../domain/marketplace/roles'
import { answerOtherMethods } from '../../platform/http'
import { answerBilling, answerCancel, answerExtra, answerPlan, answerRetry } from './billing'
import type { PortalEnv } from './environment'
import { atLeast, inSession } from './gate'
import { answerHelp } from './help'
import { answerHome } from './home'
import { answerLogout } from './logout'
import { answerNewKey, answerOptions, answerReveal, answerRevoke } from './options'
import { leastRole, type PlacePath } from './places'
import { Refusal, refuse, toRefusal } from './refusals'
import { answerSignIn, answerSignInLink, answerSignInPost } from './sign-in'
import { answerBlock, answerUnblock, answerUsers } from './users'

/** The portal of a publisher's staff (`portal.md`): pages and forms, which need no script. */
export const portalApp = new Hono<PortalEnv>({ strict: false })

portalApp.get('/portal/sign-in', answerSignIn)
portalApp.get('/portal/sign-in/:token', answerSignInLink)
portalApp.post('/portal/sign-in/:token', answerSignInPost)

// All else is for those who are in.
portalApp.use('*', inSession)

/** A page, for those who may read it. */
function page(path: PlacePath, answer: Handler<PortalEnv>): void {
  portalApp.get(path, atLeast(leastRole(path)), answer)
}

/** What a form does, for those who may send it. */
function form(path: string, least: Role, answer: Handler<PortalEnv>): void {
  portalApp.post(path, atLeast(least), answer)
}

page('/portal', answerHome)
page('/portal/options', answerOptions)
form('/portal/options/keys', 'Admin', answerNewKey)
form('/portal/options/keys/:apiKey/reveal', 'Admin', answerReveal)
form('/portal/options/keys/:apiKey/revoke', 'Admin', answerRevoke)
page('/portal/billing', answerBilling)
form('/portal/billing/plan', 'Admin', answerPlan)
form('/portal/billing/extras', 'Admin', answerExtra)
form('/portal/billing/bills/:id/retry', 'Admin', answerRetry)
form('/portal/billing/cancel', 'Admin', answerCancel)
page('/portal/users', answerUsers)
form('/portal/users/:userId/block', 'Admin', answerBlock)
form('/portal/users/:userId/unblock', 'Admin', answerUnblock)
page('/portal/help', answerHelp)
form('/portal/logout', 'Guest', answerLogout)

answerOtherMethods(portalApp, (allow) => (c) => refuse(c, new Refusal('method', null, { Allow: allow })))
portalApp.notFound((c) => refuse(c, new Refusal('not_found')))
portalApp.onError((error, c) => refuse(c, toRefusal(error)))
