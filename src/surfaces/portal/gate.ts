import { createMiddleware } from 'hono/factory'
import { announceChanges } from '../../changes'
import { atHome } from '../../databases'
import { retractCalendar } from '../../domain/feeds/public'
import { readSession } from '../../domain/marketplace/read-session'
import { isAtLeast, type Role } from '../../domain/marketplace/roles'
import { csrfToken, sessionHash } from '../../domain/marketplace/sessions'
import { required } from '../../env'
import { endedSessionCookie, sessionIdOf } from '../../objects/session-cookie'
import { clock } from '../../platform/clock'
import { frontCacheOf } from '../../platform/front-cache'
import { note } from '../../platform/request-log'
import { seeOther } from './answers'
import type { PortalCall, PortalEnv } from './environment'
import { noticeOf } from './notices'
import { readForm } from './read-form'
import { answerEnded, Refusal, refuse } from './refusals'

/** Both rates count in minutes. */
const RETRY_AFTER = { 'Retry-After': '60' }

/** Lets 300 requests a minute of a session through. @throws Refusal `too_many` */
async function assertSessionRate(c: PortalCall, sessionId: string): Promise<void> {
  const { success } = await c.env.PORTAL_RATE.limit({ key: await sessionHash(sessionId) })
  if (!success) throw new Refusal('too_many', null, RETRY_AFTER)
}

/**
 * Lets 20 sign-ins a minute of a client's address through. The edge always tells the address; where nothing does, there
 * is no client to count. @throws Refusal `too_many`
 */
export async function assertSignInRate(c: PortalCall): Promise<void> {
  const ip = c.req.header('CF-Connecting-IP')
  if (ip === undefined) return
  const { success } = await c.env.SIGN_IN_RATE.limit({ key: ip })
  if (!success) throw new Refusal('too_many', null, RETRY_AFTER)
}

/** Lets in who has a session, judged at the primary at every request (`portal.md`, *Session*). */
export const inSession = createMiddleware<PortalEnv>(async (c, next) => {
  const sessionId = sessionIdOf(c.req.raw)
  if (sessionId !== null) {
    await assertSessionRate(c, sessionId)
    c.env = await atHome(c.env, 'session', await sessionHash(sessionId))
  }
  const db = c.env.DB.withSession('first-primary')
  const now = clock.now()
  const encryptionKey = () => required(c.env, 'ENCRYPTION_KEY')
  const state = await readSession({ db, now, encryptionKey }, sessionId)
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (state.kind === 'cancelled') return answerEnded(c, state.contact)
  if (state.kind === 'start_again' && isRead) return seeOther(c, state.path, null, [endedSessionCookie])
  if (state.kind !== 'open' || sessionId === null) {
    return isRead ? seeOther(c, '/portal/sign-in') : refuse(c, new Refusal('no_session'))
  }
  const { session } = state
  note(c.executionCtx, { publisher: session.publisher.id })
  const front = frontCacheOf(c.executionCtx)
  c.set('session', session)
  c.set('csrf', await csrfToken(sessionId))
  c.set('notice', noticeOf(c.req.raw))
  c.set('context', {
    db,
    now,
    actor: `user:${session.user.id}`,
    publisher: session.publisher,
    staff: { userId: session.user.id, role: session.user.role, sessionHash: session.hash },
    encryptionKey,
    inEachWrite: [],
    announce: () => c.executionCtx.waitUntil(announceChanges(c.env)),
    retract: front ? (calendarId) => retractCalendar(front, calendarId) : undefined,
  })
  if (c.req.method === 'POST') c.set('form', await readForm(c, c.var.csrf))
  return next()
})

/** Lets only those roles on that may do a thing (`marketplace.md` 5). */
export const atLeast = (least: Role) =>
  createMiddleware<PortalEnv>(async (c, next) => {
    if (!isAtLeast(c.var.session.user.role, least)) throw new Refusal('role')
    return next()
  })
