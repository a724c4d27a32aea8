import { logSchedules, newWriteId, type ToldSchedule } from '../../changes'
import type { Database, Row } from '../../platform/d1'
import { anew } from '../anew'
import { type Context, commit } from '../context'
import { type PublisherRow, publisherColumns } from '../publishers'
import { unattendedContext } from '../unattended'
import { type EventPlan, noPlan, planEvent } from './calendar-plan'
import { type AccountFacts, guardFacts, readFacts, selectFacts } from './facts'
import { localDay, movesOn, type ScheduleRow, stateOn } from './life'
import { guardSchedules, readSchedules, type ScheduleWithEvent, selectSchedules } from './schedule-rows'
import { writeEvents } from './write-events'

/** Schedules that one batch brings in line. */
export const A_BATCH = 200

/** What settling needs of whoever runs it: the cron. */
export type Settling = Pick<Context, 'db' | 'now' | 'announce'>

/** A schedule whose row has to say something else, and whether its state has moved. */
type Moved = { readonly schedule: ScheduleRow; readonly state: ToldSchedule; readonly next: string | null }

/**
 * Brings schedules of one publisher in line with today: their events show what they should, and a state that the
 * calendar has moved is logged. What is in line already is left alone, so it may be repeated at will.
 */
export async function settle(ctx: Settling, publisherId: number, scheduleNumbers: number[]): Promise<void> {
  await anew(() => settleOnce(ctx, publisherId, scheduleNumbers))
}

async function settleOnce(ctx: Settling, publisherId: number, scheduleNumbers: number[]): Promise<void> {
  const { publisher, schedules, factsOf } = await readAll(ctx.db, publisherId, scheduleNumbers)
  if (!publisher) return
  const context = unattendedContext(ctx, publisher, 'cron')
  const plan = noPlan()
  const moved: Moved[] = []
  const touched: ScheduleWithEvent[] = []
  for (const each of schedules) {
    const facts = factsOf.get(each.schedule.accountUid)
    if (!facts) continue
    const size = sizeOf(plan)
    const today = localDay(facts.business, ctx.now)
    planEvent(plan, facts, each.schedule, each.event, today)
    const move = moveOf(facts, each.schedule, today)
    if (move) moved.push(move)
    if (move || sizeOf(plan) > size) touched.push(each)
  }
  if (touched.length === 0) return
  const accounts = new Set(touched.map(({ schedule }) => schedule.accountUid))
  const write = newWriteId()
  await commit(context, [
    guardFacts(
      ctx,
      [...factsOf.values()].filter(({ account }) => accounts.has(account.id)),
    ),
    guardSchedules(
      ctx.db,
      touched.map(({ schedule }) => schedule),
    ),
    markSchedules(ctx, touched, moved, write),
    ...writeEvents(context, plan, write),
    logSchedules(
      context,
      'schedule.status_changed',
      moved.filter(({ schedule, state }) => schedule.toldStatus !== state.status).map(({ state }) => state),
      write,
    ),
  ])
}

const sizeOf = (plan: EventPlan) => plan.made.length + plan.changed.length + plan.removed.length

/** What a schedule's row has to say by now; null where it says it. */
function moveOf({ business }: AccountFacts, schedule: ScheduleRow, today: string): Moved | null {
  const { id, toldStatus } = schedule
  const state = { id, ...stateOn(schedule, today) }
  const next = movesOn(schedule, business.upcomingDaysBefore, today)
  return state.status === toldStatus && next === schedule.movesOn ? null : { schedule, state, next }
}

/** Marks the schedules of this write, those too of which only the event changes: who read them before starts anew. */
function markSchedules(
  { db }: Settling,
  touched: readonly ScheduleWithEvent[],
  moved: readonly Moved[],
  write: string,
): D1PreparedStatement {
  const moveOfId = new Map(moved.map((move) => [move.schedule.id, move]))
  const rows = touched.map(({ schedule }) => {
    const move = moveOfId.get(schedule.id)
    return {
      no: schedule.scheduleNo,
      told: move?.state.status ?? schedule.toldStatus,
      next: move ? move.next : schedule.movesOn,
    }
  })
  return db
    .prepare(
      `UPDATE pay_schedules SET told_status = j.value ->> '$.told', moves_on = j.value ->> '$.next', write_id = ?1
       FROM json_each(?2) j WHERE pay_schedules.schedule_no = j.value ->> '$.no'`,
    )
    .bind(write, JSON.stringify(rows))
}

/** Schedules, their events, and the facts of their accounts, as of one moment. */
async function readAll(db: Database, publisherId: number, scheduleNumbers: number[]) {
  const list = JSON.stringify(scheduleNumbers)
  // `+` keeps the planner from walking all schedules of the publisher instead of the few that are named.
  const condition = `+s.publisher_id = ?1 AND s.schedule_no IN (SELECT value FROM json_each(?2))`
  const results = await db.batch<Row>([
    db.prepare(`SELECT ${publisherColumns} FROM publishers p WHERE p.id = ?`).bind(publisherId),
    ...selectSchedules(db, condition, publisherId, list),
    ...selectFacts({ db }, `SELECT s.account_uid FROM pay_schedules s WHERE ${condition}`, publisherId, list),
  ])
  return {
    publisher: results[0]?.results[0] as PublisherRow | undefined,
    schedules: readSchedules(results.slice(1, 3)),
    factsOf: readFacts(results.slice(3)),
  }
}
