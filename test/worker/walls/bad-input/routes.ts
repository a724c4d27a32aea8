import { surfaces } from '../../../../src/app'
import { routes as paymentRoutes } from '../../../../src/surfaces/payments'
import { patterns, type TargetKind } from '../../../../src/surfaces/payments/paths'

/** Paths that no router knows: they are read by hand. */
const byHand = [
  'GET /ecal-sub/:address/:name',
  'GET /calendars/:calendarId/:name.ics',
  'GET /health',
  ...(Object.entries(paymentRoutes) as [TargetKind, object][]).flatMap(([kind, methods]) =>
    Object.keys(methods).map((method) => `${method} ${patterns[kind]}`),
  ),
]

/** Every method of every path, taken from the routers themselves. */
export function routesThereAre(): string[] {
  const routed = surfaces
    .flatMap(({ app }) => app.routes)
    .filter(({ method }) => method !== 'ALL' && method !== 'OPTIONS')
    .map(({ method, path }) => `${method} ${path}`)
  return [...new Set([...routed, ...byHand])].sort()
}
