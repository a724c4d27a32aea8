import { type Handler, Hono } from 'hono'
import type { Role } from '../../domain/marketplace/roles'
import { answerOtherMethods } from '../../platform/http'
import { answerAccount, answerDeleteSchedule, answerNewSchedule } from './account'
import { answerBilling, answerCancel, answerExtra, answerPlan, answerRetry } from './billing'
import { answerDelivery, answerReplay } from './delivery'
import type { PortalEnv } from './environment'
import { atLeast, inSession } from './gate'
import { answerHelp } from './help'
import { answerHome } from './home'
import { answerLogout } from './logout'
import { answerNewKey, answerOptions, answerReveal, answerRevoke } from './options'
import { answerPayments } from './payments'
import { leastRole, type PlacePath } from './places'
import { Refusal, refuse, toRefusal } from './refusals'
import { answerSignIn, answerSignInLink, answerSignInPost } from './sign-in'
import { answerBlock, answerUnblock, answerUsers } from './users'
import {
  answerDeleteEndpoint,
  answerRotate,
  answerSaveEndpoint,
  answerSwitch,
  answerTest,
  answerWebhook,
} from './webhook'
import { answerNewEndpoint, answerWebhooks } from './webhooks'

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

/** A page below a place, for those who may read it. */
function below(path: string, least: Role, answer: Handler<PortalEnv>): void {
  portalApp.get(path, atLeast(least), answer)
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
page('/portal/webhooks', answerWebhooks)
form('/portal/webhooks', 'Power User', answerNewEndpoint)
below('/portal/webhooks/:id', 'Guest', answerWebhook)
form('/portal/webhooks/:id', 'Power User', answerSaveEndpoint)
form('/portal/webhooks/:id/delete', 'Power User', answerDeleteEndpoint)
form('/portal/webhooks/:id/rotate', 'Power User', answerRotate)
form('/portal/webhooks/:id/test', 'Power User', answerTest)
form('/portal/webhooks/:id/enable', 'Power User', answerSwitch(true))
form('/portal/webhooks/:id/disable', 'Power User', answerSwitch(false))
below('/portal/webhooks/:id/deliveries/:messageId', 'Power User', answerDelivery)
form('/portal/webhooks/:id/deliveries/:messageId/replay', 'Power User', answerReplay)
page('/portal/payments', answerPayments)
below('/portal/payments/:accountId', 'Guest', answerAccount)
form('/portal/payments/:accountId/schedules', 'Power User', answerNewSchedule)
form('/portal/payments/:accountId/schedules/:id/delete', 'Power User', answerDeleteSchedule)
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
