import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context as DomainContext } from '../../domain/context'
import type { Env } from '../../env'

/** What the publisher API's handlers find in `c.var` once a request is authenticated. */
export type PublisherEnv = {
  Bindings: Env
  Variables: {
    /** The body's bytes, as sent. */
    body: Uint8Array
    /** Parameters of the query, decoded by the rules of `publisher-api.md` 1.1. */
    parameters: ReadonlyMap<string, string>
    context: DomainContext
    session: D1DatabaseSession
    /** This deployment's origin in addresses. */
    origin: string
  }
}

export type PublisherApp = OpenAPIHono<PublisherEnv>
