import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Persons whose data the operator had erased (`operator.md`), and how far that is. Ids alone, once it is through. */
export const erasures = sqliteTable(
  'erasures',
  {
    subscriberId: text('subscriber_id').primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    requestedAt: integer('requested_at').notNull(),
    /**
     * E-mails and phone numbers by which records are found that don't name the person; a JSON array, emptied at the end
     * of each look.
     */
    contacts: text('emails').notNull().default('[]'),
    /** Looks through everything that were finished. The first erases; later ones find what was under way then. */
    looks: integer().notNull().default(0),
    /** How far the present look has read the publisher's relations in the log: the seq. */
    scannedTo: integer('scanned_to').notNull().default(0),
    /** When the next look is due; null after the last. */
    nextAttemptAt: integer('next_attempt_at'),
    writeId: text('write_id').notNull(),
  },
  (t) => [index('erasures_due').on(t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`)],
)

/** Timelines of others that may still have something of an erased person; a row goes once its timeline was asked to look. */
export const erasureViewers = sqliteTable(
  'erasure_viewers',
  {
    subscriberId: text('subscriber_id').notNull(),
    viewer: text().notNull(),
    publisherId: integer('publisher_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.subscriberId, t.viewer] })],
)
