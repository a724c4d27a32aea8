import { sql } from 'drizzle-orm'
import { index, integer, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** Bills that companies are sent through their marketplace (`marketplace.md` 6). */
export const bills = sqliteTable(
  'bills',
  {
    /** `bill_…`: stands in the description at the marketplace too, where it is found again by it. */
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    kind: text({ enum: ['recurring', 'ad_hoc'] }).notNull(),
    state: text({
      enum: ['scheduled', 'queued', 'active', 'cancelling', 'cancelled', 'failed', 'sent'],
    }).notNull(),
    /** The marketplace's own id. */
    hubId: text('hub_id'),
    /** The id of whoever asked for an ad-hoc bill. */
    reference: text(),
    priceCents: integer('price_cents').notNull(),
    currency: text().notNull(),
    /** Without the bill's id. */
    description: text().notNull(),
    /** Of a recurring bill: its plan, whose price is for each of `seats` where that isn't null. */
    planId: text('plan_id'),
    unitCents: integer('unit_cents'),
    seats: integer(),
    period: text({ enum: ['Day', 'Week', 'SemiMonth', 'Month', 'Year'] }),
    frequency: integer(),
    cycles: integer(),
    initialCents: integer('initial_cents'),
    /** Up to when the bill before this one has been paid; null = from now on. */
    startDate: integer('start_date'),
    /** Of a recurring bill at the marketplace, as read before it is cancelled. */
    nextExecutionAt: integer('next_execution_at'),
    executionRead: integer('execution_read', { mode: 'boolean' }).notNull().default(false),
    /** Of an ad-hoc bill. */
    units: real(),
    periodStartedAt: integer('period_started_at'),
    periodEndedAt: integer('period_ended_at'),
    thirdParty: integer('third_party', { mode: 'boolean' }).notNull().default(false),
    /** When it may first be sent: the end of the trial, or its creation. */
    startsAt: integer('starts_at').notNull(),
    /** Attempts in all, and those of the present round of retries. */
    attempts: integer().notNull().default(0),
    tries: integer().notNull().default(0),
    lastError: text('last_error'),
    /** The truth of what is due; null where nothing is. */
    nextAttemptAt: integer('next_attempt_at'),
    /** Who is at it, and until when at most. */
    lease: text(),
    leaseUntil: integer('lease_until'),
    /** Whether it went out and no definite answer is on record: the marketplace may have it. */
    uncertain: integer({ mode: 'boolean' }).notNull().default(false),
    /** Whether it is to end at the marketplace. */
    cancelWanted: integer('cancel_wanted', { mode: 'boolean' }).notNull().default(false),
    createdAt: integer('created_at').notNull(),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    index('bills_publisher').on(t.publisherId, t.createdAt, t.id),
    // One recurring bill a company, whatever comes at once.
    uniqueIndex('bills_open')
      .on(t.publisherId)
      .where(sql`kind = 'recurring' AND state IN ('scheduled', 'queued', 'active')`),
    uniqueIndex('bills_reference').on(t.publisherId, t.reference).where(sql`reference IS NOT NULL`),
    index('bills_due').on(t.nextAttemptAt).where(sql`next_attempt_at IS NOT NULL`),
  ],
)
