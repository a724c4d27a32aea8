import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { textSizeSql } from './text-size'

/** Calendars, public ones and the private one of each subscriber. */
export const calendars = sqliteTable(
  'calendars',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    kind: text({ enum: ['public', 'private'] }).notNull(),
    /** The subscriber whose private calendar this is; null for public ones. */
    ownerId: text('owner_id'),
    name: text().notNull(),
    categories: text().notNull().default(''),
    reference: text().notNull().default(''),
    timezone: text().notNull(),
    draft: integer({ mode: 'boolean' }).notNull().default(false),
    note: text().notNull().default(''),
    /** Address of an external ICS whose events are imported; '' for none. */
    source: text().notNull().default(''),
    sourceFetchedAt: integer('source_fetched_at'),
    sourceError: text('source_error').notNull().default(''),
    /** Highest `changes.seq` of the stream `calendar:{id}`, and that row's time. Set by a trigger only. */
    revision: integer().notNull().default(0),
    revisedAt: integer('revised_at').notNull().default(0),
    /** Live events and their text in bytes, as `events.text_size` estimates it. Set by triggers only. */
    eventCount: integer('event_count').notNull().default(0),
    textBytes: integer('text_bytes').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
    deletedAt: integer('deleted_at'),
    /** Random mark of the request that wrote this row last. */
    writeId: text('write_id').notNull().default(''),
  },
  (t) => [
    uniqueIndex('calendars_reference')
      .on(t.publisherId, t.reference)
      .where(sql`reference <> '' AND deleted_at IS NULL`),
    uniqueIndex('calendars_owner').on(t.ownerId).where(sql`owner_id IS NOT NULL`),
    index('calendars_name').on(t.publisherId, t.kind, t.name, t.id),
  ],
)

/** Events, public and private. A deleted one stays as a row while its tombstone or a reader may need it. */
export const events = sqliteTable(
  'events',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    /** The calendar it was made in, else the first it was put in, else ''. */
    calendarId: text('calendar_id').notNull(),
    /** The subscriber whose private event this is; '' for public ones. */
    ownerId: text('owner_id').notNull().default(''),
    name: text().notNull(),
    /** The person who made the event with `POST /events`; '' for one of the publisher. */
    creatorId: text('creator_id').notNull().default(''),
    location: text().notNull().default(''),
    allDay: integer('all_day', { mode: 'boolean' }).notNull(),
    /** Wall clock in `timezone` (the end in `end_timezone`); for all-day events the end is the last day. */
    startDate: text('start_date').notNull(),
    startTime: text('start_time').notNull(),
    endDate: text('end_date').notNull(),
    endTime: text('end_time').notNull(),
    timezone: text().notNull(),
    endTimezone: text('end_timezone').notNull(),
    /** Whether the end was given, or follows from the start and moves with it. */
    endDateGiven: integer('end_date_given', { mode: 'boolean' }).notNull(),
    endTimeGiven: integer('end_time_given', { mode: 'boolean' }).notNull(),
    startsAt: integer('starts_at').notNull(),
    endsAt: integer('ends_at').notNull(),
    details: text().notNull().default(''),
    url: text().notNull().default(''),
    status: text({ enum: ['confirmed', 'tentative', 'cancelled'] }).notNull(),
    showAs: text('show_as', { enum: ['busy', 'free'] }).notNull(),
    alert: text().notNull().default(''),
    alert2: text().notNull().default(''),
    quickLinks: text('quick_links').notNull().default('[]'),
    categories: text().notNull().default(''),
    draft: integer({ mode: 'boolean' }).notNull().default(false),
    reference: text().notNull().default(''),
    referenceType: text('reference_type').notNull().default(''),
    recurrence: text().notNull().default(''),
    exceptions: text().notNull().default('[]'),
    /** The end of a series' last occurrence; null where it has none that is known, and for what is no series. */
    seriesEndsAt: integer('series_ends_at'),
    sequence: integer().notNull().default(0),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
    deletedAt: integer('deleted_at'),
    /** Until when a deleted public event stays in feeds as cancelled; null where it doesn't. */
    tombstoneUntil: integer('tombstone_until'),
    writeId: text('write_id').notNull().default(''),
    /** An estimate of the bytes that the event takes in a feed. */
    textSize: integer('text_size')
      .notNull()
      .generatedAlwaysAs(sql.raw(textSizeSql((name) => name)), { mode: 'virtual' }),
  },
  (t) => [
    uniqueIndex('events_reference')
      .on(t.publisherId, t.reference)
      .where(sql`reference <> '' AND deleted_at IS NULL`),
    index('events_start').on(t.publisherId, t.startsAt, t.id).where(sql`deleted_at IS NULL`),
    // What is next in public calendars: private events, which may be very many, don't stand between.
    index('events_coming')
      .on(t.publisherId, t.startsAt)
      .where(sql`owner_id = '' AND calendar_id <> '' AND draft = 0 AND deleted_at IS NULL`),
    // Series that aren't over, those without a known end last: their next occurrence may be long after their start.
    index('events_series')
      .on(t.publisherId, sql`CASE WHEN series_ends_at IS NULL THEN 9007199254740991 ELSE series_ends_at END`)
      .where(
        sql`recurrence <> '' AND owner_id = '' AND calendar_id <> '' AND draft = 0 AND deleted_at IS NULL`,
      ),
    index('events_reference_type')
      .on(t.publisherId, t.referenceType)
      .where(sql`reference_type <> '' AND deleted_at IS NULL`),
    index('events_owner').on(t.ownerId, t.createdAt).where(sql`owner_id <> '' AND deleted_at IS NULL`),
    index('events_owner_deleted').on(t.ownerId).where(sql`owner_id <> '' AND deleted_at IS NOT NULL`),
    index('events_creator_deleted').on(t.creatorId).where(sql`creator_id <> '' AND deleted_at IS NOT NULL`),
    index('events_creator').on(t.creatorId).where(sql`creator_id <> '' AND deleted_at IS NULL`),
    index('events_tombstone').on(t.tombstoneUntil).where(sql`tombstone_until IS NOT NULL`),
    index('events_deleted').on(t.deletedAt).where(sql`deleted_at IS NOT NULL`),
  ],
)

/** Which event stands in which calendar. A tombstone keeps its row, so that it shows. */
export const calendarEvents = sqliteTable(
  'calendar_events',
  {
    calendarId: text('calendar_id').notNull(),
    eventId: text('event_id').notNull(),
    publisherId: integer('publisher_id').notNull(),
    addedAt: integer('added_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.calendarId, t.eventId] }), index('calendar_events_event').on(t.eventId)],
)
