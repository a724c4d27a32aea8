import { root, surfaces } from '../../../../src/app'
import { feedReference } from '../../../../src/surfaces/feed/reference'
import { routes as paymentRoutes } from '../../../../src/surfaces/payments'
import { patterns, type TargetKind } from '../../../../src/surfaces/payments/paths'

/** Each Hono app behind the front door, the feeds that no router stands before, and what stands beside them. */
export type SurfaceName = (typeof surfaces)[number]['name'] | 'feed' | 'beside'

/** The methods and paths of a router; `ALL` is what tells of methods that a path has not. */
const listed = (routes: readonly { method: string; path: string }[]): string[] =>
  [
    ...new Set(
      routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
    ),
  ].sort()

/** Payments read their paths by hand, from a table of their own. */
function paymentsListed(): string[] {
  const kinds = Object.keys(paymentRoutes) as TargetKind[]
  return kinds
    .flatMap((kind) => Object.keys(paymentRoutes[kind]).map((method) => `${method} ${patterns[kind]}`))
    .sort()
}

/** Every route of the app, by surface, from the routers themselves. */
export function everyRoute(): Record<string, string[]> {
  const feeds = Object.entries(feedReference().paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  )
  const routed = surfaces.map(({ name, app }) => [
    name,
    name === 'payments' ? paymentsListed() : listed(app.routes),
  ])
  return { ...Object.fromEntries(routed), feed: feeds.sort(), beside: listed(root.routes) }
}
