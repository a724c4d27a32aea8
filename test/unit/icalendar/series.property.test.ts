/** `ical.js` expands what we wrote; beside it the occurrences are reckoned day by day, with `Intl`'s offsets. */
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { EventException } from '../../../src/domain/events/fields'
import { type Reader, type Shown, shownBy } from '../../support/occurrences'
import { calendarText } from '../../support/rendered'
import { stored, textOf } from './a-series'
import { instantIn } from './an-event'

const DAY = 86_400_000
const HOUR = 3_600_000
const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

const utc = (date: string) => Date.parse(`${date}T00:00:00Z`)
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10)

type Plan = {
  zone: string
  start: string
  time: string
  /** All-day. */
  days: boolean
  freq: 'DAILY' | 'WEEKLY' | 'MONTHLY'
  interval: number
  weekdays: string[]
  count: number
  byUntil: boolean
  fates: Fate[]
}

type Fate = 'kept' | 'dropped' | 'renamed' | 'moved' | 'elsewhere' | 'all day'

/** The dates of a rule, by looking at each day whether it is meant. */
function datesOf({ start, freq, interval, weekdays, count }: Plan): string[] {
  const first = utc(start)
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY
  const months = (at: number) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth()
  const isMeant = (at: number) => {
    if (freq === 'DAILY') return ((at - first) / DAY) % interval === 0
    if (freq === 'MONTHLY') {
      const isDay = new Date(at).getUTCDate() === new Date(first).getUTCDate()
      return isDay && (months(at) - months(first)) % interval === 0
    }
    const isDay = weekdays.includes(WEEKDAYS[new Date(at).getUTCDay()] ?? '')
    return isDay && Math.floor((at - monday) / (7 * DAY)) % interval === 0
  }
  const dates: string[] = []
  for (let at = first; dates.length < count; at += DAY) if (isMeant(at)) dates.push(dateOf(at))
  return dates
}

function ruleOf(plan: Plan, dates: string[]): string {
  const { freq, interval, weekdays, count, byUntil, days, zone, time } = plan
  const last = dates.at(-1) ?? plan.start
  const instant = new Date(days ? utc(last) : instantIn(zone, last, time)).toISOString()
  const until = instant.slice(0, days ? 10 : 19).replaceAll(/[-:]/g, '') + (days ? '' : 'Z')
  const end = byUntil ? `UNTIL=${until}` : `COUNT=${count}`
  const byDay = freq === 'WEEKLY' ? `;BYDAY=${weekdays.join(',')}` : ''
  return `FREQ=${freq};INTERVAL=${interval};${end}${byDay}`
}

/** What becomes of one occurrence, as a publisher says it and as it then is. */
function fateOf(fate: Fate, date: string, plan: Plan): { said: EventException[]; is: Shown[] } {
  const { zone, time, days } = plan
  const name = days ? date : `${date}T${time}`
  const at = (clock: string, where = zone) => instantIn(where, date, clock)
  const timed = (start: number, called = 'Training') => [{ start, end: start + HOUR, name: called }]
  const whole = (called = 'Training') => [{ start: utc(date), end: utc(date) + DAY, name: called }]
  if (fate === 'dropped') return { said: [{ date: name, cancelled: true }], is: [] }
  if (fate === 'renamed') {
    return { said: [{ date: name, name: 'Final' }], is: days ? whole('Final') : timed(at(time), 'Final') }
  }
  if (fate === 'all day' && !days) return { said: [{ date: name, allDay: true }], is: whole() }
  if (fate === 'moved') {
    const next = dateOf(utc(date) + DAY)
    if (!days) return { said: [{ date: name, startTime: '21:30' }], is: timed(at('21:30')) }
    return {
      said: [{ date: name, startDate: next }],
      is: [{ start: utc(next), end: utc(next) + DAY, name: 'Training' }],
    }
  }
  if (fate === 'elsewhere') {
    const there = { timezone: 'Asia/Kathmandu', startTime: '08:15' }
    return { said: [{ date: name, allDay: false, ...there }], is: timed(at('08:15', 'Asia/Kathmandu')) }
  }
  return { said: [], is: days ? whole() : timed(at(time)) }
}

/** Zones whose present law is one rule for all the years that are tried. */
const regular = [
  ...['Australia/Melbourne', 'America/New_York', 'America/St_Johns', 'Pacific/Chatham', 'Europe/London'],
  ...['Australia/Lord_Howe', 'Europe/Dublin', 'Asia/Kathmandu', 'Pacific/Auckland', 'UTC', 'Asia/Tokyo'],
]
const irregular = [
  'Africa/Casablanca',
  'America/Santiago',
  'Asia/Jerusalem',
  'America/Sao_Paulo',
  'Africa/Cairo',
]

const fates = fc.constantFrom<Fate>('kept', 'kept', 'dropped', 'renamed', 'moved', 'elsewhere', 'all day')

const plans = (zones: string[], from: string, to: string): fc.Arbitrary<Plan> =>
  fc
    .record({
      zone: fc.constantFrom(...zones),
      day: fc.integer({ min: utc(from) / DAY, max: utc(to) / DAY }),
      time: fc.constantFrom('05:00', '08:30', '12:00', '19:45', '20:15'),
      days: fc.boolean(),
      freq: fc.constantFrom('DAILY' as const, 'WEEKLY' as const, 'MONTHLY' as const),
      interval: fc.integer({ min: 1, max: 3 }),
      weekdays: fc.subarray(WEEKDAYS),
      count: fc.integer({ min: 1, max: 40 }),
      byUntil: fc.boolean(),
      fates: fc.array(fates, { minLength: 40, maxLength: 40 }),
    })
    .map(({ day, weekdays, ...rest }) => {
      const own = WEEKDAYS[new Date(day * DAY).getUTCDay()] ?? ''
      return { ...rest, start: dateOf(day * DAY), weekdays: [...new Set([own, ...weekdays])] }
    })

/** What an app shows of a series, and what it must show; with the end that is kept of it, and its last one's. */
function both(plan: Plan, reader: Reader) {
  const dates = datesOf(plan)
  const outcomes = dates.map((date, n) => fateOf(plan.fates[n] ?? 'kept', date, plan))
  const values = stored({
    ...{ timezone: plan.zone, startDate: plan.start, startTime: plan.time, allDay: plan.days },
    ...{ recurrence: ruleOf(plan, dates), exceptions: outcomes.flatMap(({ said }) => said) },
  })
  const { text, zones } = textOf(values)
  const is = outcomes.flatMap((outcome) => outcome.is)
  const ends = is.map(({ start, end }) => {
    // A day ends at midnight in the series' zone.
    const isDay = end - start === DAY
    return isDay ? instantIn(plan.zone, dateOf(end), '00:00') : end
  })
  return {
    shown: shownBy(calendarText('Club', zones, [text]), reader),
    expected: is.sort((a, b) => a.start - b.start || (a.name < b.name ? -1 : 1)),
    keptEnd: values.seriesEndsAt,
    lastEnd: ends.length > 0 ? Math.max(...ends) : values.endsAt,
  }
}

describe('the occurrences that an app shows of a series', () => {
  it('are those of its rule and exceptions, by the VTIMEZONE beside it', ({ expect }) => {
    fc.assert(
      fc.property(plans(regular, '2024-01-01', '2031-12-31'), (plan) => {
        const { shown, expected } = both(plan, 'by its VTIMEZONEs')
        expect(shown).toEqual(expected)
      }),
      { numRuns: 150 },
    )
  })

  it('are those too by zone data of the app’s own, where a zone’s law is irregular', ({ expect }) => {
    fc.assert(
      fc.property(plans(irregular, '2017-01-01', '2031-12-31'), (plan) => {
        // Where a rule ends by a date, `ical.js` compares it by the VTIMEZONE.
        const { shown, expected } = both({ ...plan, byUntil: false }, 'by its own zone data')
        expect(shown).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  })

  it('end when the series is kept to end', ({ expect }) => {
    fc.assert(
      fc.property(plans([...regular, ...irregular], '2017-01-01', '2031-12-31'), (plan) => {
        const { keptEnd, lastEnd } = both(plan, 'by its own zone data')
        expect(keptEnd).toBe(lastEnd)
      }),
      { numRuns: 200 },
    )
  })
})
