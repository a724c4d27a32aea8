import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ActingContext } from '../../domain/acting'
import type { Env } from '../../env'
import type { Viewer } from '../../timeline'

/** What the handlers of this surface find in `c.var` once a request is authenticated. */
export type EventsEnv = {
  Bindings: Env
  Variables: {
    context: ActingContext
    /** What the context's statements go through. */
    session: D1DatabaseSession
    viewer: Viewer
    /** SHA-256 of a person's token; null for a service. */
    tokenHash: string | null
    /** The body's JSON object. */
    body: Record<string, unknown>
  }
}

export type EventsApp = OpenAPIHono<EventsEnv>
