import { logNewPrivateCalendars, newWriteId } from '../../changes'
import { runBatch } from '../../platform/d1'
import { newId } from '../../platform/ids'
import { givePrivateCalendars } from '../calendars/private'
import type { Context } from '../context'
import { DomainError, invalid } from '../errors'
import { USABLE } from '../subscribers/subscribers'

/** Which calendar a new event is for: a public one, or a subscriber's private one. */
export type EventTarget = {
  readonly calendarId?: string | undefined
  readonly ecalId?: string | undefined
  readonly type?: 'fixture' | 'private' | undefined
  /** Whether a change clears the calendar, which a public event can't do without. */
  readonly clearsCalendar?: boolean | undefined
}

/** The calendar that an event goes into. */
export type TargetCalendar = {
  readonly id: string
  /** '' for a public calendar, else the subscriber whose private calendar it is. */
  readonly ownerId: string
  /** The zone of events that name none: the calendar's, for private events the publisher's. */
  readonly timezone: string
  /** How full it was when it was found: live events, and bytes of their text. */
  readonly eventCount: number
  readonly textBytes: number
}

type Without = { readonly id: null; readonly alias: string }

type Found = {
  id: string
  kind: string
  owner_id: string | null
  timezone: string
  source: string
  event_count: number
  text_bytes: number
  alias: string
}

/**
 * Finds the calendars of many targets at once; the answer tells each target's calendar or throws what is wrong
 * with it: `invalid`, `not_found`, or `forbidden` for a calendar whose events come from its `source`. A placeholder
 * gets its private calendar here, with the first private event that it is meant to have.
 */
export async function findTargets(
  ctx: Context,
  targets: readonly EventTarget[],
): Promise<(target: EventTarget) => TargetCalendar> {
  const found = await readTargets(ctx, targets)
  const without = found.persons.filter((row) => row.id === null).map((row) => row.alias)
  if (without.length > 0) await makeMissing(ctx, without)
  const { ofCalendars, persons: ofPersons } = without.length > 0 ? await readTargets(ctx, targets) : found
  const calendars = new Map(ofCalendars.map((row) => [row.alias, row]))
  const persons = new Map(ofPersons.flatMap((row) => (row.id === null ? [] : [[row.alias, row] as const])))

  return ({ calendarId, ecalId, type }) => {
    if (ecalId === undefined && calendarId === undefined) {
      throw type === 'private'
        ? invalid('ecal_id', 'Is required for a private event.')
        : invalid('calendarId', 'Is required for a public event.')
    }
    const ofPerson = ecalId === undefined ? undefined : persons.get(ecalId)
    const ofCalendar = calendarId === undefined ? undefined : calendars.get(calendarId)
    if ((ecalId !== undefined && !ofPerson) || (calendarId !== undefined && !ofCalendar)) {
      throw new DomainError('not_found')
    }
    if (ofPerson && ofCalendar && ofPerson.id !== ofCalendar.id) {
      throw invalid('calendarId', 'Must be left out for a private event, or be the private calendar.')
    }
    const found = ofPerson ?? ofCalendar
    if (!found) throw new DomainError('not_found')
    const isPrivate = found.kind === 'private'
    if (type !== undefined && (type === 'private') !== isPrivate) {
      throw invalid('type', isPrivate ? 'Must be private here.' : 'Must be fixture here.')
    }
    if (found.source !== '') throw new DomainError('forbidden')
    return {
      id: found.id,
      ownerId: found.owner_id ?? '',
      timezone: isPrivate ? ctx.publisher.timezone : found.timezone,
      eventCount: found.event_count,
      textBytes: found.text_bytes,
    }
  }
}

/** Calendars named, and those of persons named; `id` is null for a person who has none. */
async function readTargets(
  ctx: Context,
  targets: readonly EventTarget[],
): Promise<{ ofCalendars: readonly Found[]; persons: readonly (Found | Without)[] }> {
  const ids = (of: 'calendarId' | 'ecalId') =>
    JSON.stringify([...new Set(targets.flatMap((t) => t[of] ?? []))])
  const columns = 'c.id, c.kind, c.owner_id, c.timezone, c.source, c.event_count, c.text_bytes'
  const [byCalendar, byPerson] = await ctx.db.batch<Found>([
    ctx.db
      .prepare(
        `SELECT ${columns}, c.id AS alias FROM json_each(?1) j CROSS JOIN calendars c ON c.id = j.value
         WHERE c.publisher_id = ?2 AND c.deleted_at IS NULL`,
      )
      .bind(ids('calendarId'), ctx.publisher.id),
    ctx.db
      .prepare(
        `SELECT ${columns}, a.id AS alias FROM json_each(?1) j CROSS JOIN subscribers a ON a.id = j.value
         JOIN subscribers s ON s.id = coalesce(a.merged_into, a.id)
         LEFT JOIN calendars c ON c.owner_id = s.id AND c.deleted_at IS NULL
         WHERE a.publisher_id = ?2 AND s.state IN ${USABLE}`,
      )
      .bind(ids('ecalId'), ctx.publisher.id),
  ])
  return { ofCalendars: byCalendar?.results ?? [], persons: byPerson?.results ?? [] }
}

/**
 * Makes the private calendars of persons without one (placeholders). It is a commit of its own: a calendar without
 * events says nothing, and what this request is known by must ride with its effect only.
 */
async function makeMissing(ctx: Context, ecalIds: readonly string[]): Promise<void> {
  const { results } = await ctx.db
    .prepare(
      `SELECT DISTINCT coalesce(a.merged_into, a.id) AS id FROM json_each(?1) j
       CROSS JOIN subscribers a ON a.id = j.value WHERE a.publisher_id = ?2`,
    )
    .bind(JSON.stringify(ecalIds), ctx.publisher.id)
    .all<{ id: string }>()
  const made = results.map(({ id: ownerId }) => ({ ownerId, id: newId() }))
  const write = newWriteId()
  const ids = made.map(({ id }) => id)
  await runBatch(ctx.db, [
    ...givePrivateCalendars(ctx, made, write),
    ...logNewPrivateCalendars(ctx, ids, write),
  ])
}
