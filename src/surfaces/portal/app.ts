import { type Handler, Hono } from 'hono'
import type { Role } from '../../domain/marketplace/roles'
import { answerOtherMethods } from '../../platform/http'
import { answerBilling, answerCancel, answerExtra, answerPlan, answerRetry } from './billing'
import { answerDeleteCalendar, answerNewEvent, answerSaveCalendar } from './calendars/change'
import { answerCalendars, answerNewCalendar } from './calendars/list'
import { answerCalendar } from './calendars/page'
import type { PortalEnv } from './environment'
import { answerDeleteEvent, answerEvent, answerSaveEvent } from './events/page'
import { atLeast, inSession } from './gate'
import { answerHelp } from './help'
import { answerHome } from './home'
import { answerLogout } from './logout'
import { answerNewKey, answerOptions, answerReveal, answerRevoke } from './options'
import { answerDeleteSchedule, answerNewSchedule } from './payments/change'
import { answerPayments } from './payments/list'
import { answerAccount } from './payments/page'
import { leastRole, type PlacePath } from './places'
import { Refusal, refuse, toRefusal } from './refusals'
import { answerSaveSettings, answerSettings } from './settings'
import { answerSignIn, answerSignInLink, answerSignInPost } from './sign-in'
import {
  answerConfirmEmail,
  answerNewPrivateEvent,
  answerSubscriptions,
  answerUnsubscribe,
} from './subscribers/change'
import { answerSubscribers } from './subscribers/list'
import { answerSubscriber } from './subscribers/page'
import { answerBlock, answerUnblock, answerUsers } from './users'
import {
  answerDeleteEndpoint,
  answerRotate,
  answerSaveEndpoint,
  answerSwitch,
  answerTest,
} from './webhooks/change'
import { answerDelivery, answerReplay } from './webhooks/delivery'
import { answerNewEndpoint, answerWebhooks } from './webhooks/list'
import { answerWebhook } from './webhooks/page'

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

/** A page below one of the navigation, for those who may read that; `least`: for fewer. */
function pageBelow(
  place: PlacePath,
  path: string,
  answer: Handler<PortalEnv>,
  least: Role = leastRole(place),
): void {
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
pageBelow('/portal/webhooks', '/portal/webhooks/:id', answerWebhook)
form('/portal/webhooks/:id', 'Power User', answerSaveEndpoint)
form('/portal/webhooks/:id/delete', 'Power User', answerDeleteEndpoint)
form('/portal/webhooks/:id/rotate', 'Power User', answerRotate)
form('/portal/webhooks/:id/test', 'Power User', answerTest)
form('/portal/webhooks/:id/enable', 'Power User', answerSwitch(true))
form('/portal/webhooks/:id/disable', 'Power User', answerSwitch(false))
pageBelow('/portal/webhooks', '/portal/webhooks/:id/deliveries/:messageId', answerDelivery, 'Power User')
form('/portal/webhooks/:id/deliveries/:messageId/replay', 'Power User', answerReplay)
page('/portal/payments', answerPayments)
pageBelow('/portal/payments', '/portal/payments/:accountId', answerAccount)
form('/portal/payments/:accountId/schedules', 'Power User', answerNewSchedule)
form('/portal/payments/:accountId/schedules/:id/delete', 'Power User', answerDeleteSchedule)
page('/portal/calendars', answerCalendars)
form('/portal/calendars', 'Member', answerNewCalendar)
pageBelow('/portal/calendars', '/portal/calendars/:id', answerCalendar)
form('/portal/calendars/:id', 'Member', answerSaveCalendar)
form('/portal/calendars/:id/delete', 'Member', answerDeleteCalendar)
form('/portal/calendars/:id/events', 'Member', answerNewEvent)
pageBelow('/portal/calendars', '/portal/events/:id', answerEvent)
form('/portal/events/:id', 'Member', answerSaveEvent)
form('/portal/events/:id/delete', 'Member', answerDeleteEvent)
page('/portal/subscribers', answerSubscribers)
pageBelow('/portal/subscribers', '/portal/subscribers/:ecalId', answerSubscriber)
form('/portal/subscribers/:ecalId/private-events', 'Power User', answerNewPrivateEvent)
form('/portal/subscribers/:ecalId/subscriptions', 'Power User', answerSubscriptions)
form('/portal/subscribers/:ecalId/confirm-email', 'Power User', answerConfirmEmail)
form('/portal/subscribers/:ecalId/unsubscribe', 'Power User', answerUnsubscribe)
page('/portal/billing', answerBilling)
form('/portal/billing/plan', 'Admin', answerPlan)
form('/portal/billing/extras', 'Admin', answerExtra)
form('/portal/billing/bills/:id/retry', 'Admin', answerRetry)
form('/portal/billing/cancel', 'Admin', answerCancel)
page('/portal/users', answerUsers)
form('/portal/users/:userId/block', 'Admin', answerBlock)
form('/portal/users/:userId/unblock', 'Admin', answerUnblock)
page('/portal/settings', answerSettings)
form('/portal/settings', 'Admin', answerSaveSettings)
page('/portal/help', answerHelp)
form('/portal/logout', 'Guest', answerLogout)

answerOtherMethods(portalApp, (allow) => (c) => refuse(c, new Refusal('method', null, { Allow: allow })))
portalApp.notFound((c) => refuse(c, new Refusal('not_found')))
portalApp.onError((error, c) => refuse(c, toRefusal(error)))
