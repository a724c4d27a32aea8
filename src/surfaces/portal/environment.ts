import type { Context as HonoContext } from 'hono'
import type { PortalSession } from '../../domain/marketplace/read-session'
import type { PortalContext } from '../../domain/portal/context'
import type { Env } from '../../env'
import type { NoticeCode } from './notices'

export type PortalEnv = {
  Bindings: Env
  Variables: {
    session: PortalSession
    /** What its forms carry. */
    csrf: string
    /** Acts for the session's publisher alone. */
    context: PortalContext
    /** What the post before this page did, told once. */
    notice: NoticeCode | null
    /** The fields of a post. */
    form: URLSearchParams
  }
}

/** A request to this surface, in a session; before the gate none of its variables is there. */
export type PortalCall = HonoContext<PortalEnv>
