import { signOutTarget } from '../../domain/marketplace/read-session'
import { signOut } from '../../domain/portal/signed-on'
import { endedSessionCookie } from '../../objects/session-cookie'
import { seeOther } from './answers'
import type { PortalCall } from './environment'

/** `POST /portal/logout`: ends the session, here and, by way of its own page, at the marketplace (`marketplace.md` 9). */
export async function answerLogout(c: PortalCall): Promise<Response> {
  const { session, context } = c.var
  await signOut(context, session.tenant === null ? 'link' : `marketplace:${session.tenant}`)
  return seeOther(c, signOutTarget(session), null, [endedSessionCookie])
}
