import type { InferSelectModel } from 'drizzle-orm'
import { applications, subscribers } from '../../db/schema'
import { emailKey } from '../../objects/email'
import { isLiveEvent } from '../../objects/event-access'
import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import { unseal } from '../../platform/sealed'
import { fromColumns } from '../columns'
import type { Context } from '../context'
import { DomainError } from '../errors'

export type SubscriberRow = InferSelectModel<typeof subscribers>
export type ApplicationRow = InferSelectModel<typeof applications>

/** A calendar that a person follows. */
export type Followed = {
  readonly id: string
  readonly name: string
  readonly categories: string
  readonly isPrivate: boolean
}

/** All that the publisher API tells of a subscriber. */
export type SubscriberView = {
  readonly subscriber: SubscriberRow
  readonly applications: readonly ApplicationRow[]
  /** In the order followed, the private one included. */
  readonly calendars: readonly Followed[]
  /** Live private events, oldest first, the newest 1,000. */
  readonly privateEventIds: readonly string[]
  /** Events with a direct relation, the oldest relation first, the newest 1,000. */
  readonly eventIds: readonly string[]
  /** The feed address; null for a placeholder. It opens the feed: shown to the publisher only. */
  readonly feedAddress: string | null
  readonly emailVerified: boolean
}

/** Who is what: active persons and placeholders have an id that calls may use. */
export const USABLE = `('active', 'placeholder')`

/**
 * The id of the person whom an ecal_id names: its own, or the survivor's where it was merged.
 * @throws DomainError `not_found` for one unknown, unsubscribed, or of another publisher
 */
export async function resolveSubscriber(ctx: Context, ecalId: string): Promise<string> {
  const row = isId(ecalId)
    ? await ctx.db
        .prepare(
          `SELECT s.id FROM subscribers a JOIN subscribers s ON s.id = coalesce(a.merged_into, a.id)
           WHERE a.id = ?1 AND a.publisher_id = ?2 AND s.state IN ${USABLE}`,
        )
        .bind(ecalId, ctx.publisher.id)
        .first<{ id: string }>()
    : null
  if (!row) throw new DomainError('not_found')
  return row.id
}

/** As `resolveSubscriber` for many: those that can't be found are left out. */
export async function resolveSubscribers(ctx: Context, ecalIds: readonly string[]): Promise<string[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT DISTINCT s.id FROM json_each(?1) j CROSS JOIN subscribers a ON a.id = j.value
       JOIN subscribers s ON s.id = coalesce(a.merged_into, a.id)
       WHERE a.publisher_id = ?2 AND s.state IN ${USABLE}`,
    )
    .bind(JSON.stringify(ecalIds), ctx.publisher.id)
    .all<{ id: string }>()
  return results.map((row) => row.id)
}

/** SQL order of several holders of one e-mail: verified, then who signed up with it, the earliest first. */
export const HOLDER_ORDER = 'k.verified DESC, k.signed_up_with DESC, s.subscribed_at, s.id'

/** The subscriber with an e-mail, in any letter case. @throws DomainError `not_found` */
export async function findByEmail(ctx: Context, email: string): Promise<string> {
  const row = await ctx.db
    .prepare(
      `SELECT s.id FROM contacts k JOIN subscribers s ON s.id = k.subscriber_id
       WHERE k.publisher_id = ?1 AND k.kind = 'email' AND k.value = ?2 AND s.state IN ${USABLE}
       ORDER BY ${HOLDER_ORDER} LIMIT 1`,
    )
    .bind(ctx.publisher.id, emailKey(email))
    .first<{ id: string }>()
  if (!row) throw new DomainError('not_found')
  return row.id
}

/** The full view of one person. @throws DomainError `not_found` */
export async function readSubscriber(ctx: Context, id: string): Promise<SubscriberView> {
  const [view] = await readSubscribers(ctx, [id])
  if (!view) throw new DomainError('not_found')
  return view
}

/** Full views in the order of the ids (each resolved already). One D1 batch: one consistent state. */
export async function readSubscribers(ctx: Context, ids: readonly string[]): Promise<SubscriberView[]> {
  const results = await ctx.db.batch<Row>(viewStatements(ctx, ids))
  const [rows, apps, followed, privates, addresses, direct] = results
  const sealed = new Map(addresses?.results.map((row) => [row.of, row]))
  return Promise.all(
    (rows?.results ?? []).map(async (row) => {
      const address = sealed.get(row.id)
      const mine = (results: D1Result<Row> | undefined) =>
        (results?.results ?? []).filter((r) => r.of === row.id)
      return {
        subscriber: fromColumns<SubscriberRow>(subscribers, row),
        applications: (apps?.results ?? [])
          .filter((app) => app.subscriber_id === row.id)
          .map((app) => fromColumns<ApplicationRow>(applications, app)),
        calendars: mine(followed).map((calendar) => ({
          id: String(calendar.id),
          name: String(calendar.name),
          categories: String(calendar.categories),
          isPrivate: calendar.kind === 'private',
        })),
        privateEventIds: mine(privates).map((event) => String(event.id)),
        eventIds: mine(direct).map((event) => String(event.id)),
        feedAddress: address
          ? await unseal(ctx.encryptionKey(), String(address.address_sealed), String(address.address_hash))
          : null,
        emailVerified: row.email_verified === 1,
      }
    }),
  )
}

/** What a view is made of: the person, applications, calendars, private events, feed address, events related to. */
function viewStatements(ctx: Context, ids: readonly string[]): D1PreparedStatement[] {
  const list = JSON.stringify(ids)
  const of = (sql: string) => ctx.db.prepare(sql).bind(list)
  return [
    ctx.db
      .prepare(
        `SELECT s.*, EXISTS (SELECT 1 FROM contacts k WHERE k.subscriber_id = s.id AND k.kind = 'email'
           AND k.signed_up_with = 1 AND k.verified = 1) AS email_verified
         FROM json_each(?1) j CROSS JOIN subscribers s ON s.id = j.value
         WHERE s.publisher_id = ?2 AND s.state IN ${USABLE} ORDER BY j.key`,
      )
      .bind(list, ctx.publisher.id),
    of(
      `SELECT a.* FROM json_each(?1) j CROSS JOIN applications a ON a.subscriber_id = j.value ORDER BY a.position`,
    ),
    of(
      `SELECT f.subscriber_id AS of, c.id, c.name, c.categories, c.kind FROM json_each(?1) j
       CROSS JOIN follows f ON f.subscriber_id = j.value CROSS JOIN calendars c ON c.id = f.calendar_id
       WHERE c.deleted_at IS NULL ORDER BY f.position`,
    ),
    of(
      `SELECT n.of, n.id FROM (
         SELECT e.owner_id AS of, e.id, e.created_at, row_number() OVER (PARTITION BY e.owner_id ORDER BY e.created_at DESC, e.rowid DESC) AS newest, e.rowid AS place
         FROM json_each(?1) j CROSS JOIN events e ON e.owner_id = j.value
         WHERE e.owner_id <> '' AND e.deleted_at IS NULL AND e.draft = 0) n
       WHERE n.newest <= 1000 ORDER BY n.created_at, n.place`,
    ),
    of(
      `SELECT a.subscriber_id AS of, a.address_sealed, a.address_hash FROM json_each(?1) j
       CROSS JOIN feed_addresses a ON a.subscriber_id = j.value WHERE a.state = 'live'`,
    ),
    of(
      `SELECT n.of, n.id FROM (
         SELECT r.subscriber_id AS of, r.event_id AS id, r.created_at,
           row_number() OVER (PARTITION BY r.subscriber_id ORDER BY r.created_at DESC, r.event_id DESC) AS newest
         FROM json_each(?1) j CROSS JOIN relations r ON r.subscriber_id = j.value AND r.removed_at IS NULL
         CROSS JOIN events e ON e.id = r.event_id WHERE ${isLiveEvent()}) n
       WHERE n.newest <= 1000 ORDER BY n.created_at, n.id`,
    ),
  ]
}

export type SubscriberFilter = {
  readonly email?: string | undefined
  readonly reference?: string | undefined
  readonly calendarId?: string | undefined
  /** Epoch milliseconds: those changed at or after it. */
  readonly modifiedSince?: number | undefined
  readonly page: number
  readonly limit: number
}

/** Ids of active subscribers, oldest first, then by id. */
export async function listSubscribers(ctx: Context, filter: SubscriberFilter): Promise<string[]> {
  const values: unknown[] = []
  const value = (bound: unknown): string => `?${values.push(bound)}`
  const conditions = [`s.publisher_id = ${value(ctx.publisher.id)}`, `s.state = 'active'`]
  if (filter.email !== undefined) {
    conditions.push(`s.id IN (SELECT k.subscriber_id FROM contacts k
      WHERE k.publisher_id = s.publisher_id AND k.kind = 'email' AND k.value = ${value(emailKey(filter.email))})`)
  }
  if (filter.reference !== undefined) conditions.push(`s.reference = ${value(filter.reference)}`)
  if (filter.calendarId !== undefined) {
    conditions.push(`s.id IN (SELECT f.subscriber_id FROM follows f JOIN calendars c ON c.id = f.calendar_id
      WHERE f.calendar_id = ${value(filter.calendarId)} AND c.deleted_at IS NULL)`)
  }
  if (filter.modifiedSince !== undefined) conditions.push(`s.modified_at >= ${value(filter.modifiedSince)}`)
  const { results } = await ctx.db
    .prepare(
      `SELECT s.id FROM subscribers s WHERE ${conditions.join(' AND ')}
       ORDER BY s.subscribed_at, s.id LIMIT ${value(filter.limit)} OFFSET ${value((filter.page - 1) * filter.limit)}`,
    )
    .bind(...values)
    .all<{ id: string }>()
  return results.map((row) => row.id)
}
