import { getTableColumns, type InferSelectModel } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { events, subscribers } from '../db/schema'

/** `json_object` takes at most 16 pairs where D1 runs in production, so rows are snapshot in parts. */
const PAIRS = 15

function columnsOf(table: SQLiteTable): [string, SQLiteColumn][] {
  return Object.entries(getTableColumns(table)) as [string, SQLiteColumn][]
}

/** Fields of JSON text: in a payload they stand as JSON, which as a text would be twice as long. */
const jsonFields = ['quickLinks', 'exceptions']

/** SQL for the given fields of a row, as a JSON array of objects. */
function snapshotSql(table: SQLiteTable, alias: string, fields: readonly string[]): string {
  const pairs = columnsOf(table)
    .filter(([field]) => fields.includes(field))
    .map(
      ([field, column]) =>
        `'${field}', ${jsonFields.includes(field) ? `json(${alias}."${column.name}")` : `${alias}."${column.name}"`}`,
    )
  const parts: string[] = []
  for (let at = 0; at < pairs.length; at += PAIRS) {
    parts.push(`json_object(${pairs.slice(at, at + PAIRS).join(', ')})`)
  }
  return `json_array(${parts.join(', ')})`
}

/** The fields of a snapshot as Drizzle would have read them from the row. */
function readSnapshot(table: SQLiteTable, parts: Record<string, unknown>[]): Record<string, unknown> {
  const values: Record<string, unknown> = Object.assign({}, ...parts)
  for (const [field, column] of columnsOf(table)) {
    const value = values[field]
    if (value === undefined || value === null) continue
    values[field] = column.mapFromDriverValue(jsonFields.includes(field) ? JSON.stringify(value) : value)
  }
  return values
}

/** An event as it was when the change was committed. */
export type EventSnapshot = Omit<InferSelectModel<typeof events>, (typeof untold)[number]>

/** Fields of an event that are for its keeping alone. */
const untold = ['writeId', 'textSize', 'tombstoneUntil', 'seriesEndsAt'] as const

const eventFields = Object.keys(getTableColumns(events)).filter(
  (field) => !untold.some((each) => each === field),
)

/** SQL (over `events e`) for the payload of an `event.*` row. */
export const eventPayloadSql = `json_object('event', ${snapshotSql(events, 'e', eventFields)})`

/** The event of an `event.*` row's payload. */
export function readEventSnapshot(payload: string): EventSnapshot {
  return readSnapshot(events, JSON.parse(payload).event) as EventSnapshot
}

const subscriberFields = [
  'id',
  'publisherId',
  'state',
  'email',
  'reference',
  'widgetId',
  'application',
  'firstName',
  'lastName',
  'name',
  'mobile',
  'location',
  'ip',
  'os',
  'device',
  'referringPage',
  'custom',
  'subscribedAt',
] as const

/** A subscriber as of a change: what `webhooks.md` 3.1 tells of a person. */
export type SubscriberSnapshot = Pick<
  InferSelectModel<typeof subscribers>,
  (typeof subscriberFields)[number]
> & {
  readonly emailVerified: boolean
  /** In the order followed. */
  readonly calendars: readonly { id: string; name: string; categories: string; isPrivate: boolean }[]
  /** What the write says beside the person's state: `reason`, `welcomeEventId`, `application`. */
  readonly about: Record<string, unknown>
}

/** SQL (over `subscribers s`) for the payload of a `subscriber.*` row; its one parameter is the `about` JSON. */
export const subscriberPayloadSql = `json_object(
  'subscriber', ${snapshotSql(subscribers, 's', subscriberFields)},
  'emailVerified', EXISTS (SELECT 1 FROM contacts k WHERE k.subscriber_id = s.id AND k.kind = 'email' AND k.signed_up_with = 1 AND k.verified = 1),
  'calendars', (SELECT json_group_array(json_object('position', f.position, 'id', c.id, 'name', c.name, 'categories', c.categories, 'isPrivate', c.kind = 'private'))
    FROM follows f JOIN calendars c ON c.id = f.calendar_id WHERE f.subscriber_id = s.id AND c.deleted_at IS NULL),
  'about', json(?))`

/** The person of a `subscriber.*` row's payload. */
export function readSubscriberSnapshot(payload: string): SubscriberSnapshot {
  const parsed = JSON.parse(payload)
  const inOrder = parsed.calendars.sort(
    (a: { position: number }, b: { position: number }) => a.position - b.position,
  )
  return {
    ...readSnapshot(subscribers, parsed.subscriber),
    emailVerified: parsed.emailVerified === 1,
    calendars: inOrder.map((calendar: Record<string, unknown>) => ({
      id: calendar.id,
      name: calendar.name,
      categories: calendar.categories,
      isPrivate: calendar.isPrivate === 1,
    })),
    about: parsed.about,
  } as SubscriberSnapshot
}
