import type { Context } from '../context'
import type { Role } from '../marketplace/roles'

/** A request of staff in the portal: acts for the publisher of its session, as `user:{id}`. */
export type PortalContext = Context & {
  readonly staff: {
    readonly userId: string
    readonly role: Role
    /** SHA-256 of the session's id. */
    readonly sessionHash: string
  }
}
