import { DomainError } from '../errors'
import { createEvent } from '../events/create'
import type { NewEventFields } from '../events/fields'
import { addCalendars, removeCalendars } from '../subscribers/follows'
import { resolveSubscriber } from '../subscribers/subscribers'
import { unsubscribe } from '../subscribers/unsubscribe'
import { audited } from './audit'
import type { PortalContext } from './context'
import { type Made, once, type PostedForm } from './once'

/** One subscriber as staff see and change them (`portal.md`, `/portal/subscribers/{ecalId}`). */

/** What feeds and apps of a person there are, without any address. */
export type Connections = {
  /** The feed: since when its present address is good; null for who has none. */
  readonly feedSince: number | null
  /** Former addresses that still serve public calendars, and those that serve nothing any more. */
  readonly limitedAddresses: number
  readonly endedAddresses: number
  /** Whether an app keeps a copy in step by sync tokens, and whether one listens at this moment. */
  readonly hasSynced: boolean
  readonly isLive: boolean
  /** The apps that may act for the person. */
  readonly tokens: readonly { readonly name: string; readonly createdAt: number }[]
  /** The private calendar; null for who has none yet. */
  readonly privateCalendarId: string | null
}

/** Who looked within this time is there. */
const LIVE_MS = 3 * 60_000

/** More apps than a page names. */
const MOST_TOKENS = 20

/** Reads how a person's calendars reach them. */
export async function readConnections(ctx: PortalContext, id: string): Promise<Connections> {
  const [state, tokens] = await Promise.all([
    ctx.db
      .prepare(
        `SELECT (SELECT created_at FROM feed_addresses WHERE subscriber_id = ?1 AND state = 'live') AS since,
           (SELECT count(*) FROM feed_addresses WHERE subscriber_id = ?1 AND state = 'limited') AS limited,
           (SELECT count(*) FROM feed_addresses WHERE subscriber_id = ?1 AND state = 'rotated') AS ended,
           EXISTS (SELECT 1 FROM timelines WHERE viewer = 'person:' || ?1) AS synced,
           EXISTS (SELECT 1 FROM live_viewers WHERE viewer = 'person:' || ?1 AND seen_at > ?3) AS live,
           (SELECT id FROM calendars WHERE owner_id = ?1 AND deleted_at IS NULL) AS calendar
         FROM subscribers WHERE id = ?1 AND publisher_id = ?2`,
      )
      .bind(id, ctx.publisher.id, ctx.now - LIVE_MS)
      .first<{
        since: number | null
        limited: number
        ended: number
        synced: number
        live: number
        calendar: string | null
      }>(),
    ctx.db
      .prepare(
        `SELECT name, created_at AS createdAt FROM user_tokens
         WHERE subscriber_id = ?1 AND publisher_id = ?2 AND (expires_at IS NULL OR expires_at > ?3)
         ORDER BY created_at, rowid LIMIT ${MOST_TOKENS}`,
      )
      .bind(id, ctx.publisher.id, ctx.now)
      .all<{ name: string; createdAt: number }>(),
  ])
  if (!state) throw new DomainError('not_found')
  return {
    feedSince: state.since,
    limitedAddresses: state.limited,
    endedAddresses: state.ended,
    hasSynced: state.synced === 1,
    isLive: state.live === 1,
    tokens: tokens.results,
    privateCalendarId: state.calendar,
  }
}

/** As many calendars as a form offers. */
export const MOST_OFFERED = 200

/** Public calendars that a person doesn't follow, by name; drafts too. */
export async function calendarsToAdd(
  ctx: PortalContext,
  id: string,
): Promise<{ readonly id: string; readonly name: string; readonly draft: boolean }[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT c.id, c.name, c.draft FROM calendars c
       WHERE c.publisher_id = ?1 AND c.kind = 'public' AND c.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM follows f WHERE f.subscriber_id = ?2 AND f.calendar_id = c.id)
       ORDER BY c.name, c.id LIMIT ${MOST_OFFERED}`,
    )
    .bind(ctx.publisher.id, id)
    .all<{ id: string; name: string; draft: number }>()
  return results.map((row) => ({ ...row, draft: row.draft === 1 }))
}

/** Makes a private event of a person, once for each form. @throws DomainError */
export function makePrivateEvent(
  ctx: PortalContext,
  form: PostedForm,
  event: { readonly id: string; readonly ecalId: string; readonly fields: NewEventFields },
): Promise<Made> {
  const { id, ecalId, fields } = event
  const make = (acting: PortalContext) =>
    createEvent(acting, { id, fields, target: { ecalId, type: 'private' } })
  return once(audited(ctx, 'subscriber.event_created', ecalId), form, make, id)
}

/** A person follows calendars, or stops. @throws DomainError `not_found`, `forbidden`, `limit_reached` */
export async function changeFollows(
  ctx: PortalContext,
  id: string,
  action: 'add' | 'remove',
  calendarIds: readonly string[],
): Promise<void> {
  const follows =
    'EXISTS (SELECT 1 FROM follows f WHERE f.publisher_id = ?9 AND f.subscriber_id = ?10 AND f.calendar_id = j.value)'
  const changes = {
    sql: `EXISTS (SELECT 1 FROM json_each(?11) j WHERE ${action === 'add' ? 'NOT ' : ''}${follows})`,
    values: [ctx.publisher.id, id, JSON.stringify(calendarIds)],
  }
  const acting = audited(ctx, 'subscriber.subscriptions_changed', id, changes)
  if (action === 'add') await addCalendars(acting, id, calendarIds)
  else await removeCalendars(acting, id, calendarIds)
}

/** Ends a subscription for good. @throws DomainError `not_found` */
export async function endSubscription(ctx: PortalContext, ecalId: string): Promise<void> {
  const id = await resolveSubscriber(ctx, ecalId)
  const isThere = {
    sql: `EXISTS (SELECT 1 FROM subscribers WHERE id = ?10 AND publisher_id = ?9 AND state IN ('active', 'placeholder'))`,
    values: [ctx.publisher.id, id],
  }
  await unsubscribe(audited(ctx, 'subscriber.unsubscribed', id, isThere), id)
}
