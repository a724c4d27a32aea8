import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ICAL from 'ical.js'
import { isInstalled, run } from './commands'
import { instant, type Occurrence } from './occurrences'

/** What a client makes of a feed. */
export type Reading = {
  readonly occurrences: readonly Occurrence[]
  /** Where the client tells them: of each component. */
  readonly texts?: readonly { readonly name: string; readonly location: string; readonly details: string }[]
}

export type Client = {
  readonly name: string
  readonly isInstalled: boolean
  readonly knowsSeries: boolean
  /** Reads the feed at an address, whose text is at hand for clients that read files. */
  readonly read: (url: string, text: string) => Reading
}

/** Debian's Python, which has the packages of Debian. */
const python = '/usr/bin/python3'

const pythonIcalendar: Client = {
  name: 'python3-icalendar',
  isInstalled: isInstalled(python, '-c', 'import icalendar, dateutil, pytz'),
  knowsSeries: true,
  read: (_url, text) => {
    const script = join(import.meta.dirname, 'read_icalendar.py')
    const { errors, ...reading } = JSON.parse(run(python, [script], { input: text }))
    if (errors.length > 0) throw new Error(errors.join('\n'))
    return reading
  },
}

const icalJs: Client = {
  name: 'ical.js',
  isInstalled: true,
  knowsSeries: true,
  read: (_url, text) => {
    const calendar = new ICAL.Component(ICAL.parse(text))
    ICAL.TimezoneService.reset()
    for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
    const components = calendar.getAllSubcomponents('vevent')
    const events = components
      .filter((component) => !component.hasProperty('recurrence-id'))
      .map((component) => new ICAL.Event(component))
    for (const component of components.filter((each) => each.hasProperty('recurrence-id'))) {
      const uid = component.getFirstPropertyValue('uid')
      events.find((event) => event.uid === uid)?.relateException(new ICAL.Event(component))
    }
    return {
      occurrences: events.flatMap(occurrencesOf),
      texts: components.map((component) => {
        const { summary, location, description } = new ICAL.Event(component)
        return { name: summary, location: location ?? '', details: description ?? '' }
      }),
    }
  },
}

function occurrencesOf(event: ICAL.Event): Occurrence[] {
  if (!event.isRecurring()) return [toTimes(event.summary, event.startDate, event.endDate)]
  const found: Occurrence[] = []
  const starts = event.iterator()
  for (let start = starts.next(); start; start = starts.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(start)
    found.push(toTimes(item.summary, startDate, endDate))
  }
  return found
}

function toTimes(summary: string, start: ICAL.Time, end: ICAL.Time): Occurrence {
  if (!start.isDate) return { summary, start: instant(start.toUnixTime()), end: instant(end.toUnixTime()) }
  const lastDay = end.clone()
  lastDay.day -= 1
  return { summary, start: start.toString(), end: lastDay.toString() }
}

/** vdirsyncer fetches the feed as calendar apps do, khal shows what it kept. */
const khal: Client = {
  name: 'vdirsyncer and khal',
  isInstalled: isInstalled('vdirsyncer', '--version') && isInstalled('khal', '--version'),
  knowsSeries: true,
  read: (url) => {
    const home = mkdtempSync(join(tmpdir(), 'daybook-khal-'))
    const events = join(home, 'events')
    const vdirsyncer = join(home, 'vdirsyncer.conf')
    const khalConfig = join(home, 'khal.conf')
    mkdirSync(events)
    writeFileSync(
      vdirsyncer,
      `[general]
status_path = "${home}/status"
[pair feed]
a = "here"
b = "there"
collections = null
[storage here]
type = "filesystem"
path = "${events}"
fileext = ".ics"
[storage there]
type = "http"
url = "${url}"
`,
    )
    writeFileSync(
      khalConfig,
      `[calendars]
[[feed]]
path = ${events}
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M:%S
longdatetimeformat = %Y-%m-%d %H:%M:%S
[sqlite]
path = ${home}/khal.db
`,
    )
    run('vdirsyncer', ['-c', vdirsyncer, 'discover'], { home, input: 'y\n' })
    run('vdirsyncer', ['-c', vdirsyncer, 'sync'], { home })
    const format =
      '\u001e{start-date-long}\u001f{start-time}\u001f{end-date-long}\u001f{end-time}\u001f{title}'
    const listed = run(
      'khal',
      ['-c', khalConfig, 'list', '--day-format', '', '--format', format, '2029-01-01', '2032-01-01'],
      { home },
    )
    // What takes several days is listed on each of them.
    return { occurrences: [...new Set(listed.split('\u001e').slice(1))].map(toOccurrence) }
  },
}

/** Days have no time. */
function toOccurrence(line: string): Occurrence {
  const [start = '', from = '', end = '', to = '', summary = ''] = line.replace(/\n$/, '').split('\u001f')
  return from === '' ? { start, end, summary } : { start: `${start}T${from}Z`, end: `${end}T${to}Z`, summary }
}

/**
 * calcurse keeps what it imports by the clock of this machine, and knows no RECURRENCE-ID: so of a series that crosses a
 * change of the clock or has changed occurrences it can't tell the truth, and those are left out here.
 */
const calcurse: Client = {
  name: 'calcurse',
  isInstalled: isInstalled('calcurse', '--version'),
  knowsSeries: false,
  read: (_url, text) => {
    const home = mkdtempSync(join(tmpdir(), 'daybook-calcurse-'))
    const file = join(home, 'feed.ics')
    writeFileSync(file, text)
    const at = ['-D', home, '-C', home]
    run('calcurse', [...at, '-q', '-i', file], { home })
    const lines = run('calcurse', [...at, '-G'], { home })
      .trimEnd()
      .split('\n')
    return { occurrences: lines.flatMap((line) => fromDays(line) ?? fromClock(line) ?? []) }
  },
}

const NOTE = '(?:>[0-9a-f]{40})?'
const DAYS = new RegExp(`^(\\S+) \\[1\\] (?:\\{1D -> (\\S+)\\} )?(?!\\{)${NOTE} ?(.*)$`)
const CLOCK = new RegExp(`^(\\S+) @ (\\S+) -> (\\S+) @ (\\S+?)${NOTE} ?\\|(.*)$`)

/** `05/10/2030 [1] {1D -> 05/12/2030} >note Name`: an event of whole days, several as a repetition. */
function fromDays(line: string): Occurrence | null {
  const [, first = '', last = first, summary = ''] = DAYS.exec(line) ?? []
  return first === '' ? null : { start: isoDate(first), end: isoDate(last), summary }
}

/** `02/26/2030 @ 17:00 -> 02/26/2030 @ 18:30>note |Name`: an appointment that doesn't repeat. */
function fromClock(line: string): Occurrence | null {
  const [, start = '', from = '', end = '', to = '', summary = ''] = CLOCK.exec(line) ?? []
  if (start === '') return null
  return { start: `${isoDate(start)}T${from}:00Z`, end: `${isoDate(end)}T${to}:00Z`, summary }
}

/** MM/DD/YYYY as YYYY-MM-DD */
function isoDate(date: string): string {
  const [month, day, year] = date.split('/')
  return `${year}-${month}-${day}`
}

export const clients: readonly Client[] = [icalJs, pythonIcalendar, khal, calcurse]
