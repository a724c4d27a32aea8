import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Where a publisher wants to be told (`webhooks.md` 1). */
export const webhookEndpoints = sqliteTable(
  'webhook_endpoints',
  {
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    url: text().notNull(),
    /** Types, or `["*"]`. */
    events: text({ mode: 'json' }).$type<string[]>().notNull(),
    format: text({ enum: ['standard', 'ecal'] }).notNull(),
    description: text().notNull().default(''),
    active: integer({ mode: 'boolean' }).notNull().default(true),
    /** `whsec_…`, sealed; the former one signs too until its overlap ends. */
    secretSealed: text('secret_sealed').notNull(),
    formerSecretSealed: text('former_secret_sealed'),
    formerSecretUntil: integer('former_secret_until'),
    encryptionSecretSealed: text('encryption_secret_sealed'),
    /** Messages of changes above this seq are meant for it: set at creation and re-enabling. */
    sinceSeq: integer('since_seq').notNull(),
    disabledReason: text('disabled_reason', { enum: ['', 'manual', 'gone', 'failing'] })
      .notNull()
      .default(''),
    disabledAt: integer('disabled_at'),
    /** The first of the failures since the last success, and the last one. */
    failingSince: integer('failing_since'),
    lastSuccessAt: integer('last_success_at'),
    lastFailureAt: integer('last_failure_at'),
    /** The code of the notice that the endpoint carries, and since when. */
    notice: text({ enum: ['gone', 'failing', 'failing_soon'] }),
    noticeAt: integer('notice_at'),
    createdAt: integer('created_at').notNull(),
    modifiedAt: integer('modified_at').notNull(),
  },
  (t) => [index('webhook_endpoints_publisher').on(t.publisherId, t.createdAt)],
)

/** Messages as they were made, kept with the log: the same bytes at every attempt and replay. */
export const webhookMessages = sqliteTable(
  'webhook_messages',
  {
    /** `msg_{seq}`, a ping `msg_ping_{24 hex}`. */
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    /** The seq of the change that carries it; 0 for a ping. */
    seq: integer().notNull(),
    type: text().notNull(),
    /** When the change was committed. */
    at: integer().notNull(),
    body: text().notNull(),
    /** The flat body of the `ecal` format, where there is one. */
    ecalBody: text('ecal_body'),
  },
  (t) => [index('webhook_messages_publisher').on(t.publisherId, t.at), index('webhook_messages_at').on(t.at)],
)

/** One message to one endpoint. D1's `next_attempt_at` is the truth of what is due. */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    endpointId: text('endpoint_id').notNull(),
    messageId: text('message_id').notNull(),
    publisherId: integer('publisher_id').notNull(),
    type: text().notNull(),
    seq: integer().notNull(),
    status: text({ enum: ['pending', 'delivered', 'failed'] }).notNull(),
    /** Attempts of the schedule made so far; replays don't count. */
    tries: integer().notNull().default(0),
    /** When the next attempt is due; null where none is. */
    nextAttemptAt: integer('next_attempt_at'),
    /** While a replay is due: when the schedule goes on after it; null where it doesn't. */
    retryAt: integer('retry_at'),
    /** Whether the next attempt is a replay, outside of the schedule. */
    replay: integer({ mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.endpointId, t.messageId] }),
    index('webhook_deliveries_due').on(t.endpointId, t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`),
    index('webhook_deliveries_waiting').on(t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`),
    index('webhook_deliveries_log').on(t.endpointId, t.createdAt),
    // Those that failed for good, which are few.
    index('webhook_deliveries_failed')
      .on(t.endpointId, t.createdAt)
      .where(sql`status = 'failed' AND next_attempt_at IS NULL`),
    index('webhook_deliveries_created').on(t.createdAt),
    index('webhook_deliveries_message').on(t.messageId),
  ],
)

/** Attempts of a delivery, in their order. Nothing that a receiver answered is kept but its status. */
export const webhookAttempts = sqliteTable(
  'webhook_attempts',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    endpointId: text('endpoint_id').notNull(),
    messageId: text('message_id').notNull(),
    at: integer().notNull(),
    /** The HTTP status; 0 without an answer. */
    status: integer().notNull(),
    durationMs: integer('duration_ms').notNull(),
    error: text().notNull().default(''),
    replay: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (t) => [
    index('webhook_attempts_delivery').on(t.endpointId, t.messageId),
    index('webhook_attempts_at').on(t.at),
  ],
)
