import { logCompany, newWriteId } from '../../../changes'
import type { Row } from '../../../platform/d1'
import { reasonOf } from '../../../platform/failures'
import { LEASE_MS, retryAt, type Unknown } from '../hub-answers'
import { logEntry } from '../log'
import { applyEntities } from './apply'
import type { Collection } from './entity'
import { type Page, readPage } from './hub-connec'
import type { Skipped } from './incoming'
import { isSubscribed, SHARES, type Sharing, type SharingContext, sharingOfPublisher } from './sharing'

/** A hub whose pages never end is not read for ever. */
const MAX_PAGES = 10_000

/** SQL: the order in which collections are imported. */
export const IN_TURN = `CASE entity WHEN 'people' THEN 0 WHEN 'events' THEN 1 ELSE 2 END`

/** SQL: the collection of a publisher whose turn it is; NULL where none is. */
export const TURN = (publisher: string) => `(SELECT entity FROM connec_imports
  WHERE publisher_id = ${publisher} AND state IN ('pending', 'running') ORDER BY ${IN_TURN} LIMIT 1)`

type Turn = { entity: Collection; skip: number; pages: number; tries: number; lease: string; state: string }

/**
 * Imports the next page of a company, if one is due and nobody else is at it (`marketplace.md` 8.2). The page's
 * entities and the place where it goes on commit together: who dies before begins the page anew, a page that is applied
 * twice changes nothing.
 * @returns when the next is due (epoch ms); null where nothing is
 */
export async function importPage(ctx: SharingContext, publisherId: number): Promise<number | null> {
  const turn = await takeTurn(ctx, publisherId)
  if (!turn) return null
  const shared = await sharingOfPublisher(ctx, publisherId)
  if (!shared) return null
  if (!isSubscribed(shared, turn.entity)) return end(ctx, shared, turn, 'done', '')
  const page = await readPage(shared.hub, turn.entity, turn.skip)
  if (!(await hasTurn(ctx, publisherId, turn))) return null
  if (page.kind === 'unknown') return again(ctx, shared, turn, page)
  if (page.value === null) return end(ctx, shared, turn, 'done', '')
  try {
    return await takePage(ctx, shared, turn, page.value)
  } catch (error) {
    const why = reasonOf(error)
    return again(ctx, shared, turn, { kind: 'unknown', why, retryAfterMs: 0 })
  }
}

/** The page is tried again later; after the last try the collection has failed. */
async function again(
  ctx: SharingContext,
  shared: Sharing,
  turn: Turn,
  { why, retryAfterMs }: Unknown,
): Promise<number> {
  const at = retryAt(turn.tries, ctx.now(), retryAfterMs)
  if (at === null) return end(ctx, shared, turn, 'failed', why)
  await ctx.db
    .prepare(
      `UPDATE connec_imports SET next_attempt_at = ?1, lease = NULL, lease_until = NULL
       WHERE publisher_id = ?2 AND entity = ?3 AND lease = ?4`,
    )
    .bind(at, shared.company.publisherId, turn.entity, turn.lease)
    .run()
  return at
}

async function takeTurn(ctx: SharingContext, publisherId: number): Promise<Turn | null> {
  const lease = newWriteId()
  const row = await ctx.db
    .prepare(
      `UPDATE connec_imports SET lease = ?1, lease_until = ?2 + ${LEASE_MS}, tries = tries + 1, state = 'running',
         started_at = coalesce(started_at, ?2)
       WHERE publisher_id = ?3 AND next_attempt_at <= ?2 AND (lease_until IS NULL OR lease_until < ?2)
         AND entity = ${TURN('?3')}
         AND EXISTS (SELECT 1 FROM companies c JOIN marketplaces m ON m.tenant = c.tenant
           WHERE c.publisher_id = ?3 AND ${SHARES})
       RETURNING entity, skip, pages, tries, lease, state`,
    )
    .bind(lease, ctx.now(), publisherId)
    .first<Turn>()
  return row
}

/** Whether the turn is still ours: the company may be cancelled by now, or the import begun anew. */
async function hasTurn({ db }: SharingContext, publisherId: number, turn: Turn): Promise<boolean> {
  const held = await db
    .prepare('SELECT 1 FROM connec_imports WHERE publisher_id = ?1 AND entity = ?2 AND lease = ?3')
    .bind(publisherId, turn.entity, turn.lease)
    .first()
  return held !== null
}

async function takePage(
  ctx: SharingContext,
  shared: Sharing,
  turn: Turn,
  { entities, hasNext, total }: NonNullable<Page>,
): Promise<number | null> {
  const { company, acting } = shared
  const goesOn = hasNext && entities.length > 0 && turn.pages + 1 < MAX_PAGES
  const now = acting.now
  await applyEntities(acting, company, turn.entity, entities, (skipped, write) => [
    acting.db
      .prepare(
        `UPDATE connec_imports SET skip = skip + ?1, pages = pages + 1, imported = imported + ?2, skipped = skipped + ?3,
           total = coalesce(?4, total), tries = 0, lease = NULL, lease_until = NULL, write_id = ?5,
           state = ?6, finished_at = iif(?6 = 'done', ?7, NULL), next_attempt_at = iif(?6 = 'done', NULL, ?7)
         WHERE publisher_id = ?8 AND entity = ?9 AND lease = ?10`,
      )
      .bind(
        entities.length,
        entities.length - skipped.length,
        skipped.length,
        total,
        write,
        goesOn ? 'running' : 'done',
        now,
        company.publisherId,
        turn.entity,
        turn.lease,
      ),
    ...tellSkipped(shared, turn.entity, skipped),
    ...(goesOn && turn.pages > 0 ? [] : tellImport(shared)),
  ])
  return ctx.now()
}

/** Ends a collection without a page; the next one's turn comes. */
async function end(
  ctx: SharingContext,
  shared: Sharing,
  { entity, lease }: Turn,
  state: 'done' | 'failed',
  why: string,
): Promise<number> {
  const { company } = shared
  const now = ctx.now()
  await ctx.db.batch<Row>([
    ctx.db
      .prepare(
        `UPDATE connec_imports SET state = ?1, finished_at = ?2, next_attempt_at = NULL, lease = NULL, lease_until = NULL
         WHERE publisher_id = ?3 AND entity = ?4 AND lease = ?5`,
      )
      .bind(state, now, company.publisherId, entity, lease),
    ...tellImport(shared),
    logEntry(ctx.db, {
      at: now,
      tenant: company.tenant,
      kind: 'connec',
      code: state === 'failed' ? 'import_failed' : 'no_collection',
      groupUid: company.groupUid,
      detail: `${entity} ${why}`.trim(),
    }),
  ])
  return now
}

/** Logs that the company's import has got further. */
function tellImport({ acting }: Sharing): D1PreparedStatement[] {
  const write = newWriteId()
  return [
    acting.db
      .prepare('UPDATE companies SET write_id = ?1 WHERE publisher_id = ?2')
      .bind(write, acting.publisher.id),
    logCompany(acting, 'import.changed', write),
  ]
}

/** Logged at most, of one page. */
const MOST_TOLD = 20

/** Tells the operator which entities can't be used, and why. */
export function tellSkipped(
  { company, acting }: Sharing,
  collection: Collection,
  skipped: readonly Skipped[],
): D1PreparedStatement[] {
  return skipped.slice(0, MOST_TOLD).map(({ connecId, why }) =>
    logEntry(acting.db, {
      at: acting.now,
      tenant: company.tenant,
      kind: 'connec',
      code: 'skipped',
      groupUid: company.groupUid,
      detail: `${collection} ${connecId}: ${why}`,
    }),
  )
}
