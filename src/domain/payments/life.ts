import type { InferSelectModel } from 'drizzle-orm'
import type { businesses, paySchedules } from '../../db/schema'
import { instantToWall } from '../../platform/time-zone'
import { addDays, isRealDay } from '../dates'

/** Dates and states (`payments.md` 4, 6 and 7): pure rules. Dates are those of the business's zone. */

export type BusinessRow = InferSelectModel<typeof businesses>
export type ScheduleRow = InferSelectModel<typeof paySchedules>

export type ScheduleStatus = 'upcoming' | 'due' | 'promised' | 'overdue' | 'failed' | 'paid'

/** A schedule's state on a day, and the date that goes with it. */
export type ScheduleState = { readonly status: ScheduleStatus; readonly date: string }

/** Today where the business is. */
export function localDay(business: Pick<BusinessRow, 'timezone'>, now: number): string {
  return instantToWall(now, business.timezone).date
}

/** Whether the clock on the business's wall reads its cut-off or later. */
export function isAfterCutOff(business: Pick<BusinessRow, 'timezone' | 'cutOffTime'>, now: number): boolean {
  return business.cutOffTime !== null && instantToWall(now, business.timezone).time >= business.cutOffTime
}

/** The same day ten years on; 29 February counts as 28. */
export function tenYearsOn(day: string): string {
  const year = String(Number(day.slice(0, 4)) + 10).padStart(4, '0')
  const sameDay = `${year}${day.slice(4)}`
  return isRealDay(sameDay) ? sameDay : `${year}-02-28`
}

/** The day after; the last day of four-digit years stays. */
function dayAfter(day: string): string {
  return day >= '9999-12-31' ? day : addDays(day, 1)
}

/** What decides a schedule's state. */
export type Told = Pick<ScheduleRow, 'startDate' | 'storedStatus' | 'statusDate'>

/** The state of a schedule on a day (`payments.md` 7). */
export function stateOn({ startDate, storedStatus, statusDate }: Told, today: string): ScheduleState {
  if (storedStatus === null) {
    if (today < startDate) return { status: 'upcoming', date: startDate }
    if (today === startDate) return { status: 'due', date: startDate }
    return { status: 'overdue', date: dayAfter(startDate) }
  }
  const date = statusDate ?? startDate
  if (storedStatus === 'promised' && today > date) return { status: 'overdue', date: dayAfter(date) }
  return { status: storedStatus, date }
}

/** Whether an event is shown by now, where none is yet: at once, some days before, and in any case once told of. */
export function hasAppeared(told: Told, upcomingDaysBefore: number | null, today: string): boolean {
  if (told.storedStatus !== null || upcomingDaysBefore === null) return true
  return today >= addDays(told.startDate, -upcomingDaysBefore)
}

/** The next day on which a schedule's state moves, or its event appears, by itself; null = never. */
export function movesOn(told: Told, upcomingDaysBefore: number | null, today: string): string | null {
  const { startDate, storedStatus, statusDate } = told
  const days: string[] = []
  if (storedStatus === null) {
    if (upcomingDaysBefore !== null) days.push(addDays(startDate, -upcomingDaysBefore))
    days.push(startDate, dayAfter(startDate))
  }
  if (storedStatus === 'promised') days.push(dayAfter(statusDate ?? startDate))
  return days.find((day) => day > today) ?? null
}
