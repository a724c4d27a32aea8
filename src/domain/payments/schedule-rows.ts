import { events, paySchedules } from '../../db/schema'
import { type Database, guardAgainst, type Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import { SCHEDULE_PREFIX } from '../events/bounds'
import type { EventRow } from '../events/values'
import type { ScheduleRow } from './life'

/** A live schedule and its event, where it has one. */
export type ScheduleWithEvent = { readonly schedule: ScheduleRow; readonly event: EventRow | null }

const CLASS = `s.class = 'ScheduleOneOff'`

/**
 * SELECTs of live schedules and of their events; for `readSchedules`. `condition` is on `pay_schedules s`, and holds
 * what ends the statement too.
 */
export function selectSchedules(db: Database, condition: string, ...bound: unknown[]): D1PreparedStatement[] {
  const found = `SELECT s.* FROM pay_schedules s WHERE ${CLASS} AND ${condition}`
  return [
    db.prepare(found).bind(...bound),
    db
      .prepare(
        `SELECT e.* FROM (${found}) s CROSS JOIN events e
           ON e.publisher_id = s.publisher_id AND e.reference = '${SCHEDULE_PREFIX}' || s.schedule_no
         WHERE e.reference <> '' AND e.deleted_at IS NULL`,
      )
      .bind(...bound),
  ]
}

/** What two results of `selectSchedules` tell, in their order. */
export function readSchedules(results: readonly (D1Result<Row> | undefined)[]): ScheduleWithEvent[] {
  const [rows, shown] = results.map((result) => result?.results ?? [])
  const eventOf = new Map((shown ?? []).map((row) => [row.reference, fromColumns<EventRow>(events, row)]))
  return (rows ?? []).map((row) => {
    const schedule = fromColumns<ScheduleRow>(paySchedules, row)
    return { schedule, event: eventOf.get(`${SCHEDULE_PREFIX}${schedule.scheduleNo}`) ?? null }
  })
}

/** The event of a schedule, where it has one. */
export async function findEventOf(db: Database, { scheduleNo }: ScheduleRow): Promise<EventRow | null> {
  const [found] = readSchedules(await db.batch<Row>(selectSchedules(db, 's.schedule_no = ?1', scheduleNo)))
  return found?.event ?? null
}

/** Rolls back where a schedule is no longer as it was when it was read. */
export function guardSchedules(db: Database, schedules: readonly ScheduleRow[]): D1PreparedStatement {
  return guardAgainst(
    db,
    `EXISTS (SELECT 1 FROM json_each(?1) j LEFT JOIN pay_schedules s ON s.schedule_no = j.value ->> '$.no'
       WHERE s.write_id IS NOT j.value ->> '$.w')`,
    JSON.stringify(schedules.map(({ scheduleNo, writeId }) => ({ no: scheduleNo, w: writeId }))),
  )
}

/** SQL, over `pay_schedules s`: it is to be shown, or is shown: not one that was paid and never shown. */
export const SHOWABLE = `(s.stored_status IS NOT 'paid' OR EXISTS (SELECT 1 FROM events e
  WHERE e.publisher_id = s.publisher_id AND e.reference = '${SCHEDULE_PREFIX}' || s.schedule_no
    AND e.reference <> '' AND e.deleted_at IS NULL))`
