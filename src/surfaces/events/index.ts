import { OpenAPIHono } from '@hono/zod-openapi'
import { answerOtherMethods } from '../../platform/http'
import { registerCalendars } from './calendars'
import { answerError, answerPreflight, refuse } from './envelope'
import type { EventsApp, EventsEnv } from './environment'
import { registerEvents } from './events'
import { registerLive } from './live'
import { registerPersons } from './persons'
import { registerSubscriptions } from './subscriptions'

/** The path that a route knows: without the other prefix, and without a slash at its end. */
function routedPath(request: Request): string {
  const { pathname } = new URL(request.url)
  const path = pathname.startsWith('/api/v2/') ? pathname.slice('/api/v2'.length) : pathname
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Event subscriptions, events, calendars and the person (`event-subscriptions.md`). */
export const eventsApp: EventsApp = new OpenAPIHono<EventsEnv>({ getPath: routedPath })

registerLive(eventsApp)
registerSubscriptions(eventsApp)
registerEvents(eventsApp)
registerCalendars(eventsApp)
registerPersons(eventsApp)

for (const path of new Set(eventsApp.routes.map((route) => route.path))) {
  eventsApp.options(path, answerPreflight)
}
answerOtherMethods(
  eventsApp,
  (allow) => (c) => refuse(c, 'METHOD_NOT_ALLOWED', { headers: { Allow: allow } }),
)

eventsApp.notFound((c) => refuse(c, 'NOT_FOUND'))
eventsApp.onError(answerError)
