import type { RouteConfig } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { EventsApp, EventsEnv } from './environment'

/** A route as the reference tells it, and what stands before its handler. */
type Declared = Omit<RouteConfig, 'middleware' | 'tags'> & {
  readonly tags: readonly string[]
  readonly before: readonly MiddlewareHandler<EventsEnv>[]
}

/**
 * Adds a route to the app and its reference. Items are sent as the text that timelines keep, so the library neither
 * types nor judges what goes in and out: bodies and parameters are judged by this surface's own rules.
 */
export function addRoute(
  app: EventsApp,
  { before, tags, ...declared }: Declared,
  handler: (c: Context<EventsEnv>) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath({ ...declared, tags: [...tags] })
  const path = declared.path.replaceAll(/\{(\w+)\}/g, ':$1')
  app.on(declared.method.toUpperCase(), [path], ...before, handler)
}
