import type { Context as HonoContext, MiddlewareHandler } from 'hono'
import { announceChanges } from '../../changes'
import { atHome, ofPublisher } from '../../databases'
import type { Acting } from '../../domain/acting'
import { findTokenHolder } from '../../domain/callers'
import type { Publisher } from '../../domain/context'
import { atHomeOfToken, type Scope, verifyAccessToken } from '../../domain/identity'
import { publicOrigin, required } from '../../env'
import { clock } from '../../platform/clock'
import { bookmarkOf, openSession } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { note } from '../../platform/request-log'
import { Strangers } from '../../platform/strangers'
import { type Credential, readAuthorization } from './credentials'
import { type ErrorCode, refuse } from './envelope'
import type { EventsEnv } from './environment'

/** Who was found to call. */
type Caller = {
  readonly acting: Acting
  readonly publisher: Publisher
  readonly actor: string
  readonly tokenHash: string | null
  /** What a service may do; null for a person, who needs no scope. */
  readonly scopes: readonly Scope[] | null
  /** What the rate is counted by. */
  readonly counted: string
}

/** Requests that need `Service.read` or `Service.write` of a service. */
type Access = 'Service.read' | 'Service.write'

/**
 * Persons whose token this isolate has seen, by its hash. Whom a token is for never changes, so a list needs no look
 * at D1 to find the timeline, which judges the token in its own read.
 */
const seen = new Map<string, Caller>()
const MAX_SEEN = 5_000

function remember(caller: Caller): void {
  if (caller.tokenHash === null) return
  seen.delete(caller.tokenHash)
  seen.set(caller.tokenHash, caller)
  const [oldest] = seen.keys()
  if (seen.size > MAX_SEEN && oldest !== undefined) seen.delete(oldest)
}

/**
 * As `authenticated`, for lists that a timeline answers: the sync read is asked all day, and asks D1 once. A token
 * that this isolate knows is judged there.
 */
export const authenticatedByTimeline: MiddlewareHandler<EventsEnv> = async (c, next) => {
  const credential = readAuthorization(c.req.header('Authorization'))
  const known = credential?.kind === 'token' && seen.get(await sha256Hex(credential.token))
  if (!known) return authenticated('Service.read')(c, next)
  if (!(await c.env.EVENTS_RATE.limit({ key: known.counted })).success) return refuse(c, 'RATE_LIMITED')
  setCaller(c, known)
  await next()
  // What was refused before the timeline was asked is told only to who may call at all.
  if (c.res.status < 400) return
  const caller = await identify(c, credential)
  if (typeof caller === 'string') c.res = refuse(c, caller)
}

/**
 * Finds out who calls, and makes what handlers need. Stands before each route, after 404 and 405 and before anything
 * of the request is judged. `persons`: the path is for persons only.
 */
export function authenticated(access: Access, persons = false): MiddlewareHandler<EventsEnv> {
  return async (c, next) => {
    const caller = await identify(c, readAuthorization(c.req.header('Authorization')))
    if (typeof caller === 'string') return refuse(c, caller)
    if (caller.scopes && persons) return refuse(c, 'FORBIDDEN')
    if (caller.scopes && !caller.scopes.includes(access)) return refuse(c, 'INSUFFICIENT_SCOPE')
    if (!(await c.env.EVENTS_RATE.limit({ key: caller.counted })).success) return refuse(c, 'RATE_LIMITED')
    remember(caller)
    setCaller(c, caller)
    await next()
    for (const [name, value] of Object.entries(bookmarkOf(c.req, c.var.session))) c.header(name, value)
  }
}

/** Clients whose tokens were wrong. */
const strangers = new Strangers('events')

/** Who a credential stands for, or why it does for nobody. */
export async function identify(
  c: HonoContext<EventsEnv>,
  credential: Credential | null,
): Promise<Caller | ErrorCode> {
  if (!credential) return 'NOT_AUTHENTICATED'
  const now = clock.now()
  const hash = await sha256Hex(credential.kind === 'token' ? credential.token : credential.jwt)
  if (strangers.bars(c.req.raw, hash, now)) return 'RATE_LIMITED'
  const caller = await callerOf(c, credential, hash, now)
  if (caller === 'NOT_AUTHENTICATED') await strangers.failed(c.env.FAILED_RATE, c.req.raw, hash, now)
  else strangers.passed(c.req.raw, hash)
  return caller
}

async function callerOf(
  c: HonoContext<EventsEnv>,
  credential: Credential,
  hash: string,
  now: number,
): Promise<Caller | ErrorCode> {
  // A credential that was revoked is refused at once, so it is looked up at the primary.
  if (credential.kind === 'token') {
    const { DB } = await atHome(c.env, 'token', hash)
    const db = openSession(DB, null, 'first-primary')
    const holder = await findTokenHolder(db, hash, now)
    if (!holder) return 'NOT_AUTHENTICATED'
    if (holder.cancelled) return 'FORBIDDEN'
    const { subscriberId: id, publisher } = holder
    const acting = { kind: 'person', id } as const
    return { acting, publisher, actor: `person:${id}`, tokenHash: hash, scopes: null, counted: hash }
  }
  const origin = publicOrigin(c.env, c.req.raw)
  const { DB } = await atHomeOfToken(c.env, credential.jwt)
  const db = openSession(DB, null, 'first-primary')
  const client = await verifyAccessToken(db, c.env, credential.jwt, origin, now)
  if (!client) return 'NOT_AUTHENTICATED'
  if (client.cancelled) return 'FORBIDDEN'
  const { clientId, publisher, scopes } = client
  const actor = `client:${clientId}`
  return { acting: { kind: 'service' }, publisher, actor, tokenHash: null, scopes, counted: actor }
}

function setCaller(c: HonoContext<EventsEnv>, caller: Caller): void {
  const { acting, publisher, actor, tokenHash } = caller
  note(c.executionCtx, { publisher: publisher.id })
  c.env = ofPublisher(c.env, publisher.id)
  c.set('tokenHash', tokenHash)
  c.set('viewer', { publisherId: publisher.id, personId: acting.kind === 'person' ? acting.id : null })
  const session = openSession(c.env.DB, null, 'first-primary')
  c.set('session', session)
  c.set('context', {
    db: session,
    now: clock.now(),
    actor,
    acting,
    publisher,
    encryptionKey: () => required(c.env, 'ENCRYPTION_KEY'),
    inEachWrite: [],
    announce: () => c.executionCtx.waitUntil(announceChanges(c.env)),
  })
}
