import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * The change log. `seq` is the commit order of the whole database (D1 has one writer); it is never used twice.
 * A row belongs to one stream: `calendar:{id}`, `event:{id}`, `subscriber:{id}`, `account:{id}`, `company:{id}`.
 */
export const changes = sqliteTable(
  'changes',
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    publisherId: integer('publisher_id').notNull(),
    stream: text().notNull(),
    op: text().notNull(),
    entityId: text('entity_id').notNull(),
    actor: text().notNull(),
    at: integer().notNull(),
    /** The webhook type that this row carries; null where another row of the write does, or none. */
    message: text(),
    /** The state as of this change, as JSON, on rows that carry a message; null elsewhere. */
    payload: text(),
    /** 0 from the commit until the message's deliveries are recorded. */
    dispatched: integer({ mode: 'boolean' }).notNull(),
  },
  (t) => [
    index('changes_stream').on(t.stream, t.seq),
    index('changes_undispatched').on(t.seq).where(sql`dispatched = 0`),
    index('changes_at').on(t.at),
    // The history of one record, newest last.
    index('changes_entity').on(t.entityId, t.seq),
    // What the services of a publisher see: every direct relation.
    index('changes_events').on(t.publisherId, t.seq).where(sql`stream GLOB 'event:*'`),
  ],
)

/** Holds nothing: inserting 0 breaks the check and so rolls a whole batch back. */
export const guard = sqliteTable('guard', { ok: integer().notNull() }, () => [check('guard_ok', sql`ok = 1`)])
