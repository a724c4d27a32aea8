import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** When each calendar's `source` is looked at next, and what is known of it. Gone once the calendar has none. */
export const calendarSources = sqliteTable(
  'calendar_sources',
  {
    calendarId: text('calendar_id').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    /** The address that all of this is about. */
    source: text().notNull(),
    nextCheckAt: integer('next_check_at').notNull(),
    /** Looks since the last good one. Counted before each, so that one that kills its run counts too. */
    failures: integer().notNull().default(0),
    /** Random mark of the run that looks at it; nothing is imported under any other. */
    claim: text().notNull().default(''),
    /** What its server called the version that was imported (RFC 9110 8.8), and the SHA-256 of its bytes. */
    etag: text().notNull().default(''),
    lastModified: text('last_modified').notNull().default(''),
    digest: text().notNull().default(''),
    /** What else that import depended on; another makes the three above worth nothing. */
    readAs: text('read_as').notNull().default(''),
    /** What the publisher was told of that import; '' where everything came along. */
    remarks: text().notNull().default(''),
  },
  (t) => [index('calendar_sources_next').on(t.nextCheckAt)],
)

/** Which event came from which entry of a calendar's source; outlives the source, so that setting it again finds them. */
export const importedEvents = sqliteTable(
  'imported_events',
  {
    calendarId: text('calendar_id').notNull(),
    /** The entry's UID; of an occurrence that is an event of its own, a line feed and its date follow. */
    uid: text().notNull(),
    publisherId: integer('publisher_id').notNull(),
    eventId: text('event_id').notNull(),
    /** SHA-256 of what was imported, and the event's `sequence` then: unless both are as they were, it is written anew. */
    digest: text().notNull(),
    sequence: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.calendarId, t.uid] })],
)
