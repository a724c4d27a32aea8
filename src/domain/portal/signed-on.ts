import type { TenancyContext } from '../context'
import { commit } from '../context'
import { endSession } from '../marketplace/sessions'
import { audited } from './audit'
import type { PortalContext } from './context'

/** What is committed with a sign-in by a link: when the user came last. A trigger records the sign-on itself. */
export function signedOnByLink(
  { db, now }: Pick<TenancyContext, 'db' | 'now'>,
  sessionHash: string,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `UPDATE memberships SET last_sign_on_at = ?1 WHERE (publisher_id, user_id) =
           (SELECT publisher_id, user_id FROM portal_sessions WHERE id_hash = ?2)`,
      )
      .bind(now, sessionHash),
  ]
}

/** Ends the session of a request. `way`: how it was opened. */
export async function signOut(ctx: PortalContext, way: string): Promise<void> {
  const { sessionHash } = ctx.staff
  const isOpen = {
    sql: 'EXISTS (SELECT 1 FROM portal_sessions WHERE id_hash = ?9)',
    values: [sessionHash],
  }
  await commit(audited(ctx, 'signed_out', way, isOpen), [endSession(ctx.db, sessionHash)])
}
