import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Collections that are shared with a marketplace's data hub (`marketplace.md` 8). */
const collection = () => text({ enum: ['people', 'events', 'invoices'] })

/** Which entity of the data hub is which record of ours: unique both ways. */
export const connecMap = sqliteTable(
  'connec_map',
  {
    publisherId: integer('publisher_id').notNull(),
    entity: collection().notNull(),
    connecId: text('connec_id').notNull(),
    code: text().notNull().default(''),
    localType: text('local_type', { enum: ['person', 'event', 'invoice'] }).notNull(),
    localId: text('local_id').notNull(),
    /** The hub's time of the version that was applied or sent last; null = it told none. */
    updatedAt: integer('updated_at'),
    origin: text({ enum: ['connec', 'daybook'] }).notNull(),
    /** `gone`: the hub doesn't know it any more. */
    state: text({ enum: ['active', 'gone'] }).notNull(),
    /** SHA-256 of what the hub has of our record, as we would send it; '' where that isn't known. */
    sentHash: text('sent_hash').notNull().default(''),
    /** Whether the hub has our record as active. */
    shown: integer({ mode: 'boolean' }).notNull().default(true),
    createdAt: integer('created_at').notNull(),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.entity, t.connecId] }),
    uniqueIndex('connec_map_local').on(t.publisherId, t.entity, t.localId),
  ],
)

/** A company's directory: people of its marketplace, whether or not they have subscribed to anything here. */
export const directory = sqliteTable(
  'directory',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    /** In lower case; '' for none. */
    email: text().notNull().default(''),
    phone: text().notNull().default(''),
    active: integer({ mode: 'boolean' }).notNull().default(true),
    /** The subscriber that this is, found by the e-mail; null = not subscribed. */
    subscriberId: text('subscriber_id'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    index('directory_publisher').on(t.publisherId, t.createdAt, t.id),
    index('directory_email').on(t.publisherId, t.email).where(sql`email <> ''`),
    index('directory_subscriber').on(t.subscriberId).where(sql`subscriber_id IS NOT NULL`),
    // Those who haven't subscribed, and among them by how a name begins.
    index('directory_waiting')
      .on(t.publisherId, t.createdAt, t.id)
      .where(sql`subscriber_id IS NULL AND active = 1`),
    index('directory_first_name')
      .on(t.publisherId, sql`first_name COLLATE NOCASE`)
      .where(sql`subscriber_id IS NULL AND active = 1`),
    index('directory_last_name')
      .on(t.publisherId, sql`last_name COLLATE NOCASE`)
      .where(sql`subscriber_id IS NULL AND active = 1`),
  ],
)

/** Invoices of a company as its calendar shows them; kept where nobody is there to be shown it yet. */
export const connecInvoices = sqliteTable(
  'connec_invoices',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    connecId: text('connec_id').notNull(),
    /** The person's id in the data hub; '' for none. */
    personConnecId: text('person_connec_id').notNull().default(''),
    dueDate: text('due_date').notNull().default(''),
    /** The name of its event. */
    name: text().notNull().default(''),
    /** Whether it is one that a calendar shows. */
    wanted: integer({ mode: 'boolean' }).notNull(),
    /** Its private event, where there is one. */
    eventId: text('event_id'),
    updatedAt: integer('updated_at').notNull(),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    uniqueIndex('connec_invoices_connec').on(t.publisherId, t.connecId),
    index('connec_invoices_person').on(t.publisherId, t.personConnecId),
  ],
)

/** The import of one collection of a company. */
export const connecImports = sqliteTable(
  'connec_imports',
  {
    publisherId: integer('publisher_id').notNull(),
    entity: collection().notNull(),
    state: text({ enum: ['pending', 'running', 'done', 'failed'] }).notNull(),
    /** The next `$skip`, and the pages read so far. */
    skip: integer().notNull().default(0),
    pages: integer().notNull().default(0),
    imported: integer().notNull().default(0),
    skipped: integer().notNull().default(0),
    /** As the hub tells it; null = not told. */
    total: integer(),
    tries: integer().notNull().default(0),
    /** Only the collection whose turn it is has one. */
    nextAttemptAt: integer('next_attempt_at'),
    lease: text(),
    leaseUntil: integer('lease_until'),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.entity] }),
    index('connec_imports_due').on(t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`),
  ],
)

/** Records that changed here and are to be looked at for the data hub. Rows come by a trigger, and go when it is done. */
export const connecPushes = sqliteTable(
  'connec_pushes',
  {
    publisherId: integer('publisher_id').notNull(),
    /** `people`: a subscriber's id; `events`: an event's; `invoices`: an invoice's, whose event is to be brought in line. */
    entity: collection().notNull(),
    localId: text('local_id').notNull(),
    state: text({ enum: ['pending', 'failed'] }).notNull(),
    /** When it changed here last. */
    changedAt: integer('changed_at').notNull(),
    /** Changed again since its lease was taken. */
    dirty: integer({ mode: 'boolean' }).notNull().default(false),
    tries: integer().notNull().default(0),
    nextAttemptAt: integer('next_attempt_at'),
    lease: text(),
    leaseUntil: integer('lease_until'),
    /** A creation went out and no definite answer is on record. */
    uncertain: integer({ mode: 'boolean' }).notNull().default(false),
    lastError: text('last_error').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.entity, t.localId] }),
    index('connec_pushes_due').on(t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`),
  ],
)
