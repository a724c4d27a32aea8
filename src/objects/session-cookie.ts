import { readCookie } from '../platform/cookies'

/** The cookie of a portal session (`portal.md`, *Session*): a marketplace's sign-on sets it, the portal reads it. */
const NAME = '__Host-daybook'

/** Scripts can't read it, other sites' forms don't send it, and it ends with the browser. */
const ATTRIBUTES = 'HttpOnly; Secure; SameSite=Lax; Path=/'

/** `Set-Cookie` of a session that was opened. */
export function sessionCookie(id: string): string {
  return `${NAME}=${id}; ${ATTRIBUTES}`
}

/** `Set-Cookie` of a session that has ended. */
export const endedSessionCookie = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`

/** The session id that a browser sends; null without one. */
export function sessionIdOf(request: Request): string | null {
  return readCookie(request, NAME)
}
