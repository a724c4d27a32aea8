import type { InferSelectModel } from 'drizzle-orm'
import { newWriteId } from '../../../changes'
import { connecPushes } from '../../../db/schema'
import type { Row } from '../../../platform/d1'
import { fromColumns } from '../../columns'
import { LEASE_MS, retryAt, type Unknown } from '../hub-answers'
import { logEntry } from '../log'
import { type Collection, codeOf } from './entity'
import { findByCode, type Kept, postEntity, putEntity } from './hub-connec'
import { findMap, type MapRow } from './map'
import { hashOf } from './outward'
import { readWanted, type Wanted } from './push-wanted'
import { settleInvoices } from './settle-invoices'
import { isSubscribed, SHARES, type Sharing, type SharingContext, sharingOfPublisher } from './sharing'

/**
 * One attempt at bringing a changed record to the data hub (`marketplace.md` 8.3). The newest state is sent, whichever
 * change asked for it; one attempt at a time for each record; a creation of which nothing certain is known is looked up
 * before it is repeated.
 */

export type PushRow = InferSelectModel<typeof connecPushes>

/** Names a record that is to be looked at. */
export type PushKey = Pick<PushRow, 'publisherId' | 'entity' | 'localId'>

type Held = { readonly push: PushRow; readonly shared: Sharing; readonly lease: string }

/** @returns when it is due again (epoch ms); null where nothing is */
export async function pushRecord(ctx: SharingContext, key: PushKey): Promise<number | null> {
  const push = await takeLease(ctx, key)
  if (!push) return null
  const shared = await sharingOfPublisher(ctx, key.publisherId)
  if (!shared) return null
  const held = { push, shared, lease: push.lease ?? '' }
  if (push.entity === 'invoices') {
    await settleInvoices(shared.acting, [push.localId])
    return finish(ctx, held, [])
  }
  if (!isSubscribed(shared, push.entity)) return leave(ctx, held)
  const wanted = await readWanted(shared, push)
  const map = wanted && (await findMap(ctx.db, key.publisherId, push.entity, wanted.recordId))
  if (map) return update(ctx, held, wanted, map)
  return create(ctx, held, wanted)
}

const KEY = 'publisher_id = ?1 AND entity = ?2 AND local_id = ?3'

async function takeLease(ctx: SharingContext, key: PushKey): Promise<PushRow | null> {
  const lease = newWriteId()
  const row = await ctx.db
    .prepare(
      `UPDATE connec_pushes SET lease = ?4, lease_until = ?5 + ${LEASE_MS}, dirty = 0, tries = tries + 1
       WHERE ${KEY} AND next_attempt_at <= ?5 AND (lease_until IS NULL OR lease_until < ?5)
         AND EXISTS (SELECT 1 FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
           WHERE c.publisher_id = ?1 AND ${SHARES})
       RETURNING *`,
    )
    .bind(key.publisherId, key.entity, key.localId, lease, ctx.now())
    .first<Row>()
  return row && fromColumns<PushRow>(connecPushes, row)
}

/** A record whose collection isn't shared any more stays here; that it may be at the hub is kept in mind. */
async function leave(ctx: SharingContext, held: Held): Promise<number | null> {
  if (!held.push.uncertain) return finish(ctx, held, [])
  await setAside(ctx, held, null, 'The collection is not subscribed.', true)
  return null
}

async function create(ctx: SharingContext, held: Held, wanted: Wanted | null): Promise<number | null> {
  const { push, shared } = held
  const code = codeOf(wanted?.namedAs ?? push.localId)
  if (push.uncertain) {
    const found = await findByCode(shared.hub, push.entity, code)
    if (found.kind === 'unknown') return tryAgain(ctx, held, found)
    if (found.value && wanted) return adopt(ctx, held, wanted, found.value, code)
  }
  if (!wanted?.isShown) return finish(ctx, held, [])
  if (!(await recordAttempt(ctx, held))) return null
  const sent = await postEntity(shared.hub, push.entity, { code, ...wanted.fields })
  if (sent.kind === 'unknown') return tryAgain(ctx, held, sent)
  if (sent.kind === 'refused') return refused(ctx, held, sent.why)
  const map = newMap(push.entity, wanted, sent.value, code)
  const made = { ...map, sentHash: await hashOf(wanted.fields) }
  return finish(ctx, held, [...keepMap(ctx, held, made), ...wanted.whenSent], 'pushed')
}

/** What an earlier attempt created is ours; what has changed since goes out as an update. */
async function adopt(
  ctx: SharingContext,
  held: Held,
  wanted: Wanted,
  kept: Kept,
  code: string,
): Promise<number | null> {
  const { push, shared } = held
  await ctx.db.batch(keepMap(ctx, held, newMap(push.entity, wanted, kept, code)))
  const map = await findMap(ctx.db, shared.company.publisherId, push.entity, wanted.recordId)
  return map ? update(ctx, held, wanted, map) : tryAgain(ctx, held, lost)
}

const lost: Unknown = { kind: 'unknown', why: 'The mapping was taken away.', retryAfterMs: 0 }

function newMap(entity: Collection, wanted: Wanted, { connecId, version }: Kept, code: string) {
  const localType = entity === 'events' ? ('event' as const) : ('person' as const)
  const origin = 'daybook' as const
  return { entity, connecId, code, localType, localId: wanted.recordId, updatedAt: version, origin }
}

/** Keeps a mapping of our own creation; one that a notification brought meanwhile stays. */
function keepMap(
  ctx: SharingContext,
  { shared }: Held,
  map: ReturnType<typeof newMap> & { sentHash?: string },
): D1PreparedStatement[] {
  const { publisher } = shared.acting
  const write = newWriteId()
  return [
    ctx.db
      .prepare(
        `INSERT INTO connec_map (publisher_id, entity, connec_id, code, local_type, local_id, updated_at, origin, state, sent_hash, shown, created_at, write_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'daybook', 'active', ?8, 1, ?9, ?10)
         ON CONFLICT (publisher_id, entity, connec_id) DO UPDATE SET sent_hash = excluded.sent_hash,
           updated_at = nullif(max(coalesce(connec_map.updated_at, 0), coalesce(excluded.updated_at, 0)), 0), write_id = excluded.write_id
         ON CONFLICT DO NOTHING`,
      )
      .bind(
        publisher.id,
        map.entity,
        map.connecId,
        map.code,
        map.localType,
        map.localId,
        map.updatedAt,
        map.sentHash ?? '',
        ctx.now(),
        write,
      ),
  ]
}

async function update(ctx: SharingContext, held: Held, wanted: Wanted, map: MapRow): Promise<number | null> {
  const { push, shared } = held
  const hash = await hashOf(wanted.fields)
  if (map.state === 'gone' || map.sentHash === hash) return finish(ctx, held, [])
  // From here on the hub may say something else: that is no change of ours.
  if (wanted.isSaid) return finish(ctx, held, [learnSent(ctx, map, hash, map.updatedAt, wanted.isShown)])
  const sent = await putEntity(shared.hub, push.entity, map.connecId, wanted.fields)
  if (sent.kind === 'unknown') return tryAgain(ctx, held, sent)
  if (sent.kind === 'refused') return refused(ctx, held, sent.why)
  if (sent.value === null) return finish(ctx, held, [markGone(ctx, map)], 'gone')
  const updatedAt = sent.value.version ?? map.updatedAt
  return finish(
    ctx,
    held,
    [learnSent(ctx, map, hash, updatedAt, wanted.isShown), ...wanted.whenSent],
    'pushed',
  )
}

/** The hub has what was sent; a version that it told meanwhile by a notification stays where it is newer. */
function learnSent(
  { db }: SharingContext,
  map: MapRow,
  hash: string,
  updatedAt: number | null,
  isShown: boolean,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE connec_map SET sent_hash = ?1, updated_at = nullif(max(coalesce(updated_at, 0), coalesce(?2, 0)), 0),
         shown = ?3, write_id = ?4 WHERE publisher_id = ?5 AND entity = ?6 AND connec_id = ?7`,
    )
    .bind(hash, updatedAt, isShown ? 1 : 0, newWriteId(), map.publisherId, map.entity, map.connecId)
}

function markGone({ db }: SharingContext, map: MapRow): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE connec_map SET state = 'gone', write_id = ?1 WHERE publisher_id = ?2 AND entity = ?3 AND connec_id = ?4`,
    )
    .bind(newWriteId(), map.publisherId, map.entity, map.connecId)
}

/** Records that a creation goes out now, while the lease still holds. */
async function recordAttempt(ctx: SharingContext, { push, lease }: Held): Promise<boolean> {
  const recorded = await ctx.db
    .prepare(
      `UPDATE connec_pushes SET uncertain = 1 WHERE ${KEY} AND lease = ?4 AND lease_until > ?5 RETURNING local_id`,
    )
    .bind(push.publisherId, push.entity, push.localId, lease, ctx.now())
    .first()
  return recorded !== null
}

/** Ends an attempt that did what was to be done: the row goes, or is due at once where the record changed meanwhile. */
async function finish(
  ctx: SharingContext,
  { push, shared, lease }: Held,
  learnt: D1PreparedStatement[],
  code = '',
): Promise<number | null> {
  const key = [push.publisherId, push.entity, push.localId, lease]
  const now = ctx.now()
  const results = await ctx.db.batch<Row>([
    ...learnt,
    ctx.db.prepare(`DELETE FROM connec_pushes WHERE ${KEY} AND lease = ?4 AND dirty = 0`).bind(...key),
    ...(code === '' ? [] : [tell(ctx, shared, push, code, '')]),
    ctx.db
      .prepare(
        `UPDATE connec_pushes SET lease = NULL, lease_until = NULL, tries = 0, uncertain = 0, next_attempt_at = ?5
         WHERE ${KEY} AND lease = ?4 RETURNING next_attempt_at`,
      )
      .bind(...key, now),
  ])
  return results.at(-1)?.results.length === 0 ? null : now
}

/** Nothing certain is known: it is tried again later, or given up. */
async function tryAgain(
  ctx: SharingContext,
  held: Held,
  { why, retryAfterMs }: Unknown,
): Promise<number | null> {
  const at = retryAt(held.push.tries, ctx.now(), retryAfterMs)
  await setAside(ctx, held, at, why, true)
  return at
}

/** The hub doesn't take it, for certain: it waits for a change. */
async function refused(ctx: SharingContext, held: Held, why: string): Promise<null> {
  await setAside(ctx, held, null, why, false)
  return null
}

async function setAside(
  ctx: SharingContext,
  { push, shared, lease }: Held,
  at: number | null,
  why: string,
  /** Whether what was uncertain before stays so. */
  staysUncertain: boolean,
): Promise<void> {
  await ctx.db.batch([
    ctx.db
      .prepare(
        `UPDATE connec_pushes SET lease = NULL, lease_until = NULL, last_error = ?5,
           uncertain = iif(?6, uncertain, 0), state = iif(?7 IS NULL AND dirty = 0, 'failed', 'pending'),
           next_attempt_at = iif(?7 IS NULL AND dirty = 1, ?8, ?7), tries = iif(?7 IS NULL, 0, tries)
         WHERE ${KEY} AND lease = ?4`,
      )
      .bind(push.publisherId, push.entity, push.localId, lease, why, staysUncertain ? 1 : 0, at, ctx.now()),
    tell(ctx, shared, push, at === null ? 'push_failed' : 'push_retry', why),
  ])
}

function tell(
  ctx: SharingContext,
  { company }: Sharing,
  { entity, localId }: PushRow,
  code: string,
  why: string,
): D1PreparedStatement {
  const { tenant, groupUid } = company
  const detail = `${entity} ${localId} ${why}`.trim()
  return logEntry(ctx.db, { at: ctx.now(), tenant, kind: 'connec', code, groupUid, detail })
}
