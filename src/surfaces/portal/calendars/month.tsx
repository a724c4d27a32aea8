import type { FC } from 'hono/jsx'
import { addDays, isRealDate } from '../../../domain/dates'
import type { ListedEvent } from '../../../domain/portal/listed-events'
import { EventTags } from '../events/table'
import { dayInWords, monthInWords } from '../events/times'

/** One month of a calendar: a grid, and on phones the list of its days that have something. */

/** A month that can be looked at, `YYYY-MM`, as its first and last day; null for what is none. */
export function daysOfMonth(month: string): { first: string; last: string } | null {
  const first = `${month}-01`
  if (!isRealDate(first)) return null
  return { first, last: addDays(`${followingMonth(month)}-01`, -1) }
}

function followingMonth(month: string, steps: 1 | -1 = 1): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + steps, 1)).toISOString().slice(0, 7)
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** A day names so many events; what more there is stands in the list. */
const SHOWN = 6

export const Month: FC<{
  path: string
  month: string
  today: string
  events: readonly ListedEvent[]
}> = ({ path, month, today, events }) => {
  const weeks = weeksOf(month)
  const byDay = eventsByDay(events, weeks[0]?.[0] ?? '', weeks.at(-1)?.[6] ?? '')
  const [before, after] = [followingMonth(month, -1), followingMonth(month)]
  return (
    <section>
      <div class="turn">
        <MonthLink path={path} month={before} rel="prev" />
        <h2>{monthInWords(month)}</h2>
        <MonthLink path={path} month={after} rel="next" />
      </div>
      {events.length === 0 ? <p class="soft">Nothing is on in this month.</p> : null}
      <table class="month">
        <caption class="unseen">{monthInWords(month)}</caption>
        <thead>
          <tr>
            {weekdays.map((day) => (
              <th scope="col">
                <abbr title={day}>{day.slice(0, 3)}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((days) => (
            <tr>
              {days.map((date) => (
                <Day date={date} month={month} today={today} events={byDay.get(date) ?? []} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

const MonthLink: FC<{ path: string; month: string; rel: 'prev' | 'next' }> = ({ path, month, rel }) =>
  daysOfMonth(month) === null ? (
    <span />
  ) : (
    <a href={`${path}?month=${month}`} rel={rel}>
      {rel === 'prev' ? <span aria-hidden="true">←&nbsp;</span> : null}
      {monthInWords(month)}
      {rel === 'next' ? <span aria-hidden="true">&nbsp;→</span> : null}
    </a>
  )

const Day: FC<{ date: string; month: string; today: string; events: readonly ListedEvent[] }> = ({
  date,
  month,
  today,
  events,
}) => {
  const kinds = [
    ...(date.startsWith(month) ? [] : ['outside']),
    ...(date === today ? ['today'] : []),
    ...(events.length === 0 ? ['free'] : []),
  ]
  const [weekday, day, shortMonth] = dayInWords(date).split(' ')
  return (
    <td class={kinds.join(' ')}>
      <time datetime={date} {...(date === today ? { 'aria-current': 'date' as const } : {})}>
        <span>{weekday} </span>
        {day}
        <span> {shortMonth}</span>
      </time>
      {events.length === 0 ? null : (
        <ul>
          {events.slice(0, SHOWN).map((event) => (
            <li>
              <a href={`/portal/events/${event.id}`} title={event.name}>
                {event.startTime === '' || event.startDate !== date ? null : (
                  <span class="soft">{event.startTime} </span>
                )}
                <bdi>{event.name}</bdi>
                {/* Each date of a series stands for itself here. */}
                <EventTags event={{ ...event, recurrence: '' }} />
              </a>
            </li>
          ))}
          {events.length > SHOWN ? <li class="more">and {events.length - SHOWN} more</li> : null}
        </ul>
      )}
    </td>
  )
}

/** The weeks, from Monday, that a month touches. */
function weeksOf(month: string): string[][] {
  const first = `${month}-01`
  const weekday = (new Date(`${first}T00:00:00Z`).getUTCDay() + 6) % 7
  const monday = addDays(first, -weekday)
  const weeks: string[][] = []
  for (let start = monday; start.slice(0, 7) <= month; start = addDays(start, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, day) => addDays(start, day)))
  }
  return weeks
}

/** Each day's events: one of several days stands at each of them. */
function eventsByDay(
  events: readonly ListedEvent[],
  first: string,
  last: string,
): ReadonlyMap<string, ListedEvent[]> {
  const byDay = new Map<string, ListedEvent[]>()
  for (const event of events) {
    // What ends at midnight isn't on the day that begins then.
    const over = event.endTime === '00:00' && event.endDate > event.startDate
    const until = over ? addDays(event.endDate, -1) : event.endDate
    const end = until < last ? until : last
    for (let day = event.startDate > first ? event.startDate : first; day <= end; day = addDays(day, 1)) {
      const others = byDay.get(day)
      if (others) others.push(event)
      else byDay.set(day, [event])
    }
  }
  return byDay
}
