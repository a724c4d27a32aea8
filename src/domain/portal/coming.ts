import { paySchedules } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { instantToWall, wallToInstant } from '../../platform/time-zone'
import { fromColumns } from '../columns'
import { localDay, type ScheduleRow, type ScheduleState, stateOn } from '../payments'
import { COMING, COMING_ON } from '../payments/lists'
import type { PortalContext } from './context'

/** What is next: payment dates and public events. */

export type ComingPayment = {
  readonly accountId: string
  readonly cents: number
  readonly currency: string
  readonly state: ScheduleState
}

/** So many of each are told. */
const SHOWN = 5

/** Somewhat more than is told is read: where a publisher's businesses have different days, some are over by then. */
const READ = 4 * SHOWN

/** The next payment dates of all accounts, from today on where their businesses are. */
export async function comingPayments(ctx: PortalContext): Promise<ComingPayment[]> {
  const zones = await ctx.db
    .prepare('SELECT DISTINCT timezone FROM businesses WHERE publisher_id = ?1')
    .bind(ctx.publisher.id)
    .all<{ timezone: string }>()
  const [firstDay] = zones.results.map((business) => localDay(business, ctx.now)).sort()
  if (firstDay === undefined) return []
  const { results } = await ctx.db
    .prepare(
      `SELECT s.*, a.account_id, b.timezone, b.currency FROM (
         SELECT * FROM pay_schedules WHERE publisher_id = ?1 AND ${COMING} AND ${COMING_ON} >= ?2
         ORDER BY ${COMING_ON} LIMIT ${READ}) s
       JOIN accounts a ON a.id = s.account_uid
       JOIN businesses b ON b.publisher_id = s.publisher_id AND b.business_id = s.business_id`,
    )
    .bind(ctx.publisher.id, firstDay)
    .all<Row>()
  return results
    .map((row) => {
      const schedule = fromColumns<ScheduleRow>(paySchedules, row)
      const today = localDay({ timezone: String(row.timezone) }, ctx.now)
      return {
        accountId: String(row.account_id),
        cents: schedule.installmentCents,
        currency: String(row.currency),
        state: stateOn(schedule, today),
      }
    })
    .filter(({ state }) => state.status !== 'overdue')
    .sort((a, b) => (a.state.date < b.state.date ? -1 : a.state.date > b.state.date ? 1 : 0))
    .slice(0, SHOWN)
}

export type ComingEvent = {
  readonly id: string
  readonly name: string
  readonly calendarName: string
  readonly startDate: string
  /** null for an all-day event. */
  readonly startTime: string | null
  readonly timezone: string
}

/** The next events of public calendars, from today on. */
export async function comingEvents({ db, publisher, now }: PortalContext): Promise<ComingEvent[]> {
  const today = wallToInstant(instantToWall(now, publisher.timezone).date, '00:00', publisher.timezone)
  const { results } = await db
    .prepare(
      `SELECT e.id, e.name, e.start_date, e.start_time, e.all_day, e.timezone, c.name AS calendar FROM events e
       JOIN calendars c ON c.id = e.calendar_id AND c.kind = 'public' AND c.draft = 0 AND c.deleted_at IS NULL
       WHERE e.publisher_id = ?1 AND e.starts_at >= ?2 AND e.owner_id = '' AND e.calendar_id <> '' AND e.draft = 0
         AND e.deleted_at IS NULL
       ORDER BY e.starts_at LIMIT ${SHOWN}`,
    )
    .bind(publisher.id, today)
    .all<Row>()
  return results.map((row) => ({
    id: String(row.id),
    name: String(row.name),
    calendarName: String(row.calendar),
    startDate: String(row.start_date),
    startTime: row.all_day === 1 ? null : String(row.start_time),
    timezone: String(row.timezone),
  }))
}
