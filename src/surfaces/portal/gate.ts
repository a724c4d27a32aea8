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
import { mayOpen } from '../../platform/rates'
import { note } from '../../platform/request-log'
import { Strangers } from '../../platform/strangers'
import { seeOther } from './answers'
import type { PortalCall, PortalEnv } from './environment'
import { noticeOf } from './notices'
import { readForm } from './read-form'
import { answerEnded, Refusal, refuse } from './refusals'

/** Both rates count in minutes. */
const RETRY_AFTER = { 'Retry-After': '60' }

/** Clients with sessions and sign-in links that never were. */
const strangers = new Strangers('portal')

/**
 * Lets 300 requests a minute of a session through, unless its client came with too many that never were.
 * @throws Refusal `too_many`
 */
async function assertSessionRate(c: PortalCall, hash: string, now: number): Promise<void> {
  const isBarred = strangers.bars(c.req.raw, hash, now)
  if (isBarred || !(await c.env.PORTAL_RATE.limit({ key: hash })).success) throw tooMany()
}

const tooMany = () => new Refusal('too_many', null, RETRY_AFTER)

/** Lets a client look at what needs no session. @throws Refusal `too_many` */
export async function assertOpenRate(c: PortalCall): Promise<void> {
  if (!(await mayOpen(c.env, c.req.raw, 'portal', clock.now()))) throw tooMany()
}

/** Lets a link on that is good, given by its token; who tries many that aren't is refused. @throws Refusal */
export async function assertGoodLink(
  c: PortalCall,
  token: string,
  isGood: (token: string) => Promise<boolean>,
): Promise<void> {
  const now = clock.now()
  const hash = await sessionHash(token)
  if (strangers.bars(c.req.raw, hash, now)) throw tooMany()
  if (await isGood(token)) return strangers.passed(c.req.raw, hash)
  await strangers.failed(c.env.FAILED_RATE, c.req.raw, hash, now)
  throw new Refusal('bad_link')
}

/**
 * Lets 20 sign-ins a minute of a client's address through. The edge always tells the address; where nothing does, there
 * is no client to count. @throws Refusal `too_many`
 */
export async function assertSignInRate(c: PortalCall): Promise<void> {
  const ip = c.req.header('CF-Connecting-IP')
  if (ip === undefined) return
  const { success } = await c.env.SIGN_IN_RATE.limit({ key: ip })
  if (!success) throw tooMany()
}

/** Lets in who has a session, judged at the primary at every request (`portal.md`, *Session*). */
export const inSession = createMiddleware<PortalEnv>(async (c, next) => {
  const sessionId = sessionIdOf(c.req.raw)
  const now = clock.now()
  const hash = sessionId === null ? null : await sessionHash(sessionId)
  if (hash !== null) {
    await assertSessionRate(c, hash, now)
    c.env = await atHome(c.env, 'session', hash)
  }
  const db = c.env.DB.withSession('first-primary')
  const encryptionKey = () => required(c.env, 'ENCRYPTION_KEY')
  const state = await readSession({ db, now, encryptionKey }, sessionId)
  if (hash !== null) {
    if (state.kind === 'none') await strangers.failed(c.env.FAILED_RATE, c.req.raw, hash, now)
    else strangers.passed(c.req.raw, hash)
  }
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
