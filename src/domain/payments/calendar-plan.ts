import { newId } from '../../platform/ids'
import { isRealDate } from '../dates'
import { SCHEDULE_PREFIX } from '../events/bounds'
import { type EventRow, type EventValues, newEventValues } from '../events/values'
import { eventText } from './event-text'
import type { AccountFacts, CalendarTarget } from './facts'
import { hasAppeared, type ScheduleRow, stateOn } from './life'

/** What has to be done to the events of schedules, so that calendars show what they should. */
export type EventPlan = {
  readonly made: { readonly id: string; readonly values: EventValues; readonly target: CalendarTarget }[]
  readonly changed: { readonly before: EventRow; readonly values: EventValues }[]
  readonly removed: EventRow[]
}

export const noPlan = (): EventPlan => ({ made: [], changed: [], removed: [] })

/** A schedule as far as its event goes; `scheduleNo` is null while it has none yet. */
export type ShownSchedule = Pick<
  ScheduleRow,
  'startDate' | 'installmentCents' | 'payDesc' | 'storedStatus' | 'statusDate' | 'statusNote'
> & { readonly scheduleNo: number | null }

/** Where the events of an account go; null while none are shown (`payments.md` 9). */
export function shownAt({ account, business, target }: AccountFacts): CalendarTarget | null {
  if (!business.calendarEnabled) return null
  if (account.status === 'closed' && !business.canCollectForClosedAccount) return null
  return target
}

/** The reference of a schedule's event. */
function eventReference(scheduleNo: number): string {
  return `${SCHEDULE_PREFIX}${scheduleNo}`
}

/**
 * Adds to a plan what the event of a schedule needs. Where none is there yet, one is made once its day has come,
 * for a paid schedule only where `told` (a status call). One in another calendar leaves it, and is made anew.
 */
export function planEvent(
  plan: EventPlan,
  facts: AccountFacts,
  schedule: ShownSchedule,
  current: EventRow | null,
  today: string,
  told = false,
): void {
  const target = shownAt(facts)
  const values = target && eventValuesOf(facts, schedule, today)
  if (!target || !values) {
    if (current) plan.removed.push(current)
    return
  }
  if (current?.calendarId === target.id) {
    if (differs(current, values)) plan.changed.push({ before: current, values })
    return
  }
  if (current) plan.removed.push(current)
  const wanted =
    schedule.storedStatus !== 'paid' && hasAppeared(schedule, facts.business.upcomingDaysBefore, today)
  if (current || told || wanted) plan.made.push({ id: newId(), values, target })
}

/** What the event says on a day; null where calendars can't hold its date. */
function eventValuesOf(facts: AccountFacts, schedule: ShownSchedule, today: string): EventValues | null {
  const { account, business } = facts
  const state = stateOn(schedule, today)
  if (!isRealDate(state.date)) return null
  return newEventValues(
    {
      ...eventText(business, account.accountId, schedule, state),
      startDate: state.date,
      allDay: true,
      reference: schedule.scheduleNo === null ? '' : eventReference(schedule.scheduleNo),
      referenceType: 'schedule',
    },
    business.timezone,
  )
}

function differs(current: EventRow, values: EventValues): boolean {
  return Object.entries(values).some(([name, value]) => current[name as keyof EventValues] !== value)
}
