import { paySchedules } from '../../db/schema'
import type { Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import { COMING, COMING_ON, localDay, type ScheduleRow, type ScheduleState, stateOn } from '../payments'
import type { PortalContext } from './context'

/** What is next: payment dates. */

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
