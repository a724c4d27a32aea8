import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** A business's own texts by the state that they are for. */
export type Templates = Partial<
  Record<
    'upcoming' | 'due' | 'promised' | 'overdue' | 'failed' | 'paid',
    { title?: string | undefined; details?: string | undefined }
  >
>

/** Businesses of a publisher: whose accounts these are, and the rules of their payments (`payments.md` 4). */
export const businesses = sqliteTable(
  'businesses',
  {
    publisherId: integer('publisher_id').notNull(),
    businessId: text('business_id').notNull(),
    name: text().notNull(),
    timezone: text().notNull(),
    /** `HH:MM` on the wall clock of `timezone`; null = none. */
    cutOffTime: text('cut_off_time'),
    canCollectForClosedAccount: integer('can_collect_for_closed_account', { mode: 'boolean' }).notNull(),
    maxAmountCents: integer('max_amount_cents').notNull(),
    sameDayDelete: text('same_day_delete', { enum: ['forbid', 'before_cutoff'] }).notNull(),
    currency: text().notNull(),
    locale: text().notNull(),
    calendarEnabled: integer('calendar_enabled', { mode: 'boolean' }).notNull(),
    /** null = events appear as soon as their schedule exists. */
    upcomingDaysBefore: integer('upcoming_days_before'),
    /** `{upcoming?: {title?, details?}, …}`. */
    templates: text({ mode: 'json' }).$type<Templates>().notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Settings changed: the schedule up to which events have been brought in line since; null = all of them. */
    refreshedTo: integer('refreshed_to'),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.publisherId, t.businessId] }),
    index('businesses_refresh').on(t.refreshedTo).where(sql`refreshed_to IS NOT NULL`),
  ],
)

/** A biller's accounts of its customers (`payments.md` 5). */
export const accounts = sqliteTable(
  'accounts',
  {
    /** The internal UUID, which audit records name. */
    id: text().primaryKey(),
    publisherId: integer('publisher_id').notNull(),
    /** The biller's own id. */
    accountId: text('account_id').notNull(),
    businessId: text('business_id').notNull(),
    status: text({ enum: ['active', 'inactive', 'closed'] }).notNull(),
    startDate: text('start_date').notNull(),
    /** Set exactly when `status` is `closed`. */
    finishDate: text('finish_date'),
    termEndDate: text('term_end_date'),
    paymentStopped: integer('payment_stopped', { mode: 'boolean' }).notNull(),
    activePayMethod: text('active_pay_method', { enum: ['CC', 'DD'] }),
    model: text({ enum: ['gateway', 'fullService'] }).notNull(),
    /** The person whose calendar has this account's schedules. */
    subscriberId: text('subscriber_id'),
    email: text(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    /** Whether some of its events still have to be brought in line: the every-minute cron does. */
    calendarStale: integer('calendar_stale', { mode: 'boolean' }).notNull().default(false),
    writeId: text('write_id').notNull(),
  },
  (t) => [
    uniqueIndex('accounts_account').on(t.publisherId, t.accountId),
    index('accounts_subscriber').on(t.subscriberId).where(sql`subscriber_id IS NOT NULL`),
    index('accounts_email').on(t.publisherId, sql`lower(email)`).where(sql`email IS NOT NULL`),
    index('accounts_stale').on(t.id).where(sql`calendar_stale = 1`),
  ],
)

/** What live and deleted schedules have in common. */
const scheduleColumns = () => ({
  /** The internal UUID, which audit records name. */
  id: text().notNull(),
  publisherId: integer('publisher_id').notNull(),
  businessId: text('business_id').notNull(),
  /** `accounts.id`. */
  accountUid: text('account_uid').notNull(),
  class: text().notNull().default('ScheduleOneOff'),
  startDate: text('start_date').notNull(),
  installmentCents: integer('installment_cents').notNull(),
  payDesc: text('pay_desc').notNull(),
  externalIdentifier: text('external_identifier').notNull(),
  /** The account's pay method when the schedule was made. */
  payMethod: text('pay_method', { enum: ['CC', 'DD'] }),
  /** The day of creation in the business's zone. */
  loadDate: text('load_date').notNull(),
  /** What the biller told last; null = nothing, the dates say all. */
  storedStatus: text('stored_status', { enum: ['promised', 'overdue', 'failed', 'paid'] }),
  statusDate: text('status_date'),
  statusNote: text('status_note').notNull().default(''),
  statusChangedAt: integer('status_changed_at').notNull(),
  /** The state that the log told last: the cron tells where today's is another. */
  toldStatus: text('told_status').notNull(),
  /** The next day on which the state moves, or the event appears, by itself; null = never. */
  movesOn: text('moves_on'),
  createdAt: integer('created_at').notNull(),
  writeId: text('write_id').notNull(),
})

/** One-off schedules that are live. `schedule_no` is never used twice, and starts at 10000000 (the migration). */
export const paySchedules = sqliteTable(
  'pay_schedules',
  { scheduleNo: integer('schedule_no').primaryKey({ autoIncrement: true }), ...scheduleColumns() },
  (t) => [
    uniqueIndex('pay_schedules_id').on(t.id),
    index('pay_schedules_account').on(t.accountUid, t.scheduleNo),
    // The total that is due, from the index alone.
    index('pay_schedules_due')
      .on(t.accountUid, t.class, t.installmentCents)
      .where(sql`stored_status IS NULL OR stored_status <> 'paid'`),
    index('pay_schedules_business').on(t.publisherId, t.businessId, t.scheduleNo),
    // What is to come, of a publisher and of an account: on the due date, or the one that was promised.
    index('pay_schedules_coming')
      .on(t.publisherId, sql`CASE WHEN status_date IS NULL THEN start_date ELSE status_date END`)
      .where(sql`stored_status IS NULL OR stored_status = 'promised'`),
    index('pay_schedules_next')
      .on(t.accountUid, sql`CASE WHEN status_date IS NULL THEN start_date ELSE status_date END`)
      .where(sql`stored_status IS NULL OR stored_status = 'promised'`),
    index('pay_schedules_moves').on(t.publisherId, t.businessId, t.movesOn).where(sql`moves_on IS NOT NULL`),
  ],
)

/** One-off schedules that were deleted, kept as they last were. */
export const paySchedulesDeleted = sqliteTable(
  'pay_schedules_deleted',
  {
    scheduleNo: integer('schedule_no').primaryKey(),
    ...scheduleColumns(),
    deletedAt: integer('deleted_at').notNull(),
    deletedBy: text('deleted_by').notNull(),
  },
  (t) => [
    uniqueIndex('pay_schedules_deleted_id').on(t.id),
    index('pay_schedules_deleted_account').on(t.accountUid),
  ],
)

/** External ids that schedules of a business have or had: one is never given twice, deleted schedules included. */
export const scheduleExternalIds = sqliteTable(
  'schedule_external_ids',
  {
    publisherId: integer('publisher_id').notNull(),
    businessId: text('business_id').notNull(),
    externalIdentifier: text('external_identifier').notNull(),
  },
  (t) => [primaryKey({ columns: [t.publisherId, t.businessId, t.externalIdentifier] })],
)

/** What was done to schedules (`payments.md` 8). Rows are never changed or deleted. */
export const auditRecords = sqliteTable(
  'audit_records',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    publisherId: integer('publisher_id').notNull(),
    accountUid: text('account_uid').notNull(),
    scheduleNo: integer('schedule_no').notNull(),
    action: text().notNull(),
    user: text().notNull(),
    text: text().notNull(),
    fields: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('audit_records_account').on(t.accountUid, t.createdAt, t.id),
    index('audit_records_schedule').on(t.accountUid, t.scheduleNo, t.createdAt, t.id),
  ],
)

/** Notes for the biller's call centre (`payments.md` 8). Rows are never changed or deleted. */
export const callNotes = sqliteTable(
  'call_notes',
  {
    id: integer().primaryKey({ autoIncrement: true }),
    publisherId: integer('publisher_id').notNull(),
    accountUid: text('account_uid').notNull(),
    scheduleNo: integer('schedule_no').notNull(),
    note: text().notNull(),
    purpose: text().notNull(),
    callHow: text('call_how').notNull(),
    user: text().notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (t) => [
    index('call_notes_account').on(t.accountUid, t.createdAt, t.id),
    index('call_notes_schedule').on(t.accountUid, t.scheduleNo, t.createdAt, t.id),
  ],
)
