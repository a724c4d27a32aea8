/**
 * A strict reader of iCalendar text, written from RFC 5545 (and 7986) alone: it shares no code and no idea with
 * `src/icalendar`. It knows the components and properties that a Daybook feed may have; anything else is an error,
 * so a line that somebody's text smuggled in doesn't pass as an extension.
 */

/** Throws an Error that says what is wrong and in which line, unless `text` is one well-formed VCALENDAR. */
export function assertStrictICalendar(text: string): void {
  const lines = unfold(text)
  const calendar = readComponents(lines)
  checkComponent(calendar)
  checkZones(calendar)
  checkIdentities(calendar)
}

type Property = { name: string; params: ReadonlyMap<string, string>; value: string; line: number }
type Component = { name: string; line: number; properties: Property[]; parts: Component[] }
type Line = { text: string; line: number }

function fail(line: number, message: string, text = ''): never {
  throw new Error(`iCalendar line ${line}: ${message}${text === '' ? '' : `: ${JSON.stringify(text)}`}`)
}

/** RFC 5545 3.1: delimited by CRLF, at most 75 octets each, longer ones folded. Line numbers are physical ones. */
function unfold(text: string): Line[] {
  if (!text.startsWith('BEGIN:VCALENDAR\r\n')) fail(1, 'must be BEGIN:VCALENDAR', text.slice(0, 20))
  if (!text.endsWith('\r\nEND:VCALENDAR\r\n'))
    fail(0, 'the text must end with END:VCALENDAR', text.slice(-20))
  const lines: Line[] = []
  text.split('\r\n').forEach((physical, index, all) => {
    const line = index + 1
    if (index === all.length - 1) return // what follows the last CRLF: nothing, by the check above
    checkPhysicalLine(physical, line)
    const last = lines.at(-1)
    if (/^[ \t]/.test(physical) && last) last.text += physical.slice(1)
    else lines.push({ text: physical, line })
  })
  return lines
}

function checkPhysicalLine(physical: string, line: number): void {
  if (/[\r\n]/.test(physical)) fail(line, 'holds a bare CR or LF', physical)
  if (physical === '' || physical === ' ' || physical === '\t') fail(line, 'is empty')
  if (!physical.isWellFormed()) fail(line, 'holds half a character, or a fold splits one', physical)
  // C1 controls and U+2028/2029 are allowed by the RFC; but readers that split lines as Unicode does would split here.
  if (/[^\P{Cc}\t]|[\u2028\u2029]/u.test(physical)) fail(line, 'holds a control character', physical)
  const octets = new TextEncoder().encode(physical).length
  if (octets > 75) fail(line, `has ${octets} octets`, physical)
}

const CONTENT_LINE =
  /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)$/s
const PARAMETER = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)/g

function readProperty({ text, line }: Line): Property {
  const match = CONTENT_LINE.exec(text)
  if (match === null) fail(line, 'is no content line', text)
  const [, name = '', parameters = '', value = ''] = match
  const params = new Map<string, string>()
  for (const [, key = '', given = ''] of parameters.matchAll(PARAMETER)) {
    if (params.has(key)) fail(line, `has ${key} twice`, text)
    params.set(key, given)
  }
  return { name, params, value, line }
}

function readComponents(lines: readonly Line[]): Component {
  const open: Component[] = []
  let root: Component | undefined
  for (const each of lines) {
    const property = readProperty(each)
    const { name, value, line } = property
    const current = open.at(-1)
    if (root && !current) fail(line, 'stands after END:VCALENDAR', each.text)
    if (name === 'BEGIN') {
      const component: Component = { name: value, line, properties: [], parts: [] }
      if (current) current.parts.push(component)
      else root = component
      open.push(component)
    } else if (name === 'END') {
      if (current?.name !== value) fail(line, `END:${value} closes ${current?.name}`)
      open.pop()
    } else if (!current) fail(line, 'stands outside of any component', each.text)
    else if (current.parts.length > 0) fail(line, `property after a component in ${current.name}`, each.text)
    else current.properties.push(property)
  }
  if (!root || open.length > 0) fail(0, `${open.at(-1)?.name} is not closed`)
  return root
}

type Check = (property: Property) => boolean
type Rule = { check: Check; least: number; most: number }

const DATE = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/
const LOCAL = /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])[0-5]\d([0-5]\d|60)$/
const DURATION =
  /^[+-]?P(\d+W|\d+D(T(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S))?|T(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S))$/
const RECUR = /^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$/
const TEXT = /^(?:[^\\;,]|\\[\\;,nN])*$/s
const TEXTS = /^(?:[^\\;,]|\\[\\;,nN])+(?:,(?:[^\\;,]|\\[\\;,nN])+)*$/s

const plain =
  (pattern: RegExp): Check =>
  ({ params, value }) =>
    params.size === 0 && pattern.test(value)
const utc = plain(new RegExp(`${LOCAL.source.slice(0, -1)}Z$`))
const text = plain(TEXT)

/** DATE with VALUE=DATE, DATE-TIME in UTC, or local DATE-TIME with TZID: floating times aren't for a shared feed. */
const moment: Check = ({ params, value, ...rest }) => {
  if (params.size === 0) return utc({ params, value, ...rest })
  if (params.size > 1) return false
  return params.has('TZID') ? LOCAL.test(value) : params.get('VALUE') === 'DATE' && DATE.test(value)
}
const uri: Check = ({ params, value }) =>
  params.size === 0 && /^https?:[\x21-\x7e]+$/.test(value) && URL.canParse(value)
const duration: Check = ({ params, value }) =>
  params.size === 1 && params.get('VALUE') === 'DURATION' && DURATION.test(value)

const once = (check: Check): Rule => ({ check, least: 1, most: 1 })
const maybe = (check: Check): Rule => ({ check, least: 0, most: 1 })
const any = (check: Check): Rule => ({ check, least: 0, most: Number.POSITIVE_INFINITY })

const OBSERVANCE: Record<string, Rule> = {
  DTSTART: once(plain(LOCAL)),
  TZOFFSETFROM: once(plain(/^(\+|-(?!0000))([01]\d|2[0-3])[0-5]\d$/)),
  TZOFFSETTO: once(plain(/^(\+|-(?!0000))([01]\d|2[0-3])[0-5]\d$/)),
  TZNAME: any(text),
  RRULE: maybe(plain(RECUR)),
}

const COMPONENTS: Record<string, { properties: Record<string, Rule>; parts: readonly string[] }> = {
  VCALENDAR: {
    properties: {
      VERSION: once(plain(/^2\.0$/)),
      PRODID: once(text),
      CALSCALE: maybe(plain(/^GREGORIAN$/)),
      METHOD: maybe(plain(/^[A-Z-]+$/)),
      NAME: maybe(text),
      'X-WR-CALNAME': maybe(text),
      'REFRESH-INTERVAL': maybe(duration),
      'X-PUBLISHED-TTL': maybe(plain(DURATION)),
    },
    parts: ['VTIMEZONE', 'VEVENT'],
  },
  VTIMEZONE: {
    properties: {
      TZID: once(text),
      'LAST-MODIFIED': maybe(utc),
      TZURL: maybe(uri),
      'X-LIC-LOCATION': maybe(text),
    },
    parts: ['STANDARD', 'DAYLIGHT'],
  },
  STANDARD: { properties: OBSERVANCE, parts: [] },
  DAYLIGHT: { properties: OBSERVANCE, parts: [] },
  VEVENT: {
    properties: {
      UID: once(({ params, value }) => params.size === 0 && /^\S+$/.test(value) && TEXT.test(value)),
      DTSTAMP: once(utc),
      DTSTART: once(moment),
      DTEND: maybe(moment),
      'LAST-MODIFIED': maybe(utc),
      CREATED: maybe(utc),
      SEQUENCE: maybe(plain(/^\d+$/)),
      'RECURRENCE-ID': maybe(moment),
      RRULE: maybe(plain(RECUR)),
      EXDATE: any(moment),
      SUMMARY: maybe(text),
      LOCATION: maybe(text),
      DESCRIPTION: maybe(text),
      URL: maybe(uri),
      STATUS: maybe(plain(/^(TENTATIVE|CONFIRMED|CANCELLED)$/)),
      TRANSP: maybe(plain(/^(OPAQUE|TRANSPARENT)$/)),
      CATEGORIES: any(plain(TEXTS)),
    },
    parts: ['VALARM'],
  },
  VALARM: {
    properties: {
      ACTION: once(plain(/^DISPLAY$/)),
      DESCRIPTION: once(text),
      TRIGGER: once(plain(DURATION)),
    },
    parts: [],
  },
}

function checkComponent(component: Component): void {
  const known = COMPONENTS[component.name]
  if (!known) fail(component.line, `unknown component ${component.name}`)
  const counts = new Map<string, number>()
  for (const property of component.properties) {
    const rule = Object.hasOwn(known.properties, property.name) ? known.properties[property.name] : undefined
    if (!rule) fail(property.line, `unknown property ${property.name} in ${component.name}`)
    if (!rule.check(property)) fail(property.line, `bad ${property.name}`, property.value)
    counts.set(property.name, (counts.get(property.name) ?? 0) + 1)
  }
  for (const [name, { least, most }] of Object.entries(known.properties)) {
    const count = counts.get(name) ?? 0
    if (count < least) fail(component.line, `${component.name} has no ${name}`)
    if (count > most) fail(component.line, `${component.name} has ${count} times ${name}`)
  }
  for (const part of component.parts) {
    if (!known.parts.includes(part.name)) fail(part.line, `${part.name} inside of ${component.name}`)
    checkComponent(part)
  }
  if (component.name === 'VTIMEZONE' && component.parts.length === 0) {
    fail(component.line, 'VTIMEZONE without STANDARD or DAYLIGHT')
  }
  if (component.name === 'VEVENT') checkExtent(component)
}

/** RFC 5545 3.8.2.2: DTEND has the value type of DTSTART and lies after it. The same form for EXDATE is the contract's. */
function checkExtent({ properties }: Component): void {
  const start = properties.find(({ name }) => name === 'DTSTART')
  if (!start) return
  for (const { name, params, value, line } of properties) {
    if (name !== 'DTEND' && name !== 'EXDATE') continue
    if (params.get('VALUE') !== start.params.get('VALUE')) fail(line, `${name} has another type than DTSTART`)
    const isSameForm = params.get('TZID') === start.params.get('TZID')
    if (name === 'EXDATE' && !isSameForm) fail(line, 'EXDATE is in another zone than DTSTART', value)
    // In one zone a later instant can show an earlier clock only within the hour that comes twice.
    const isZoned = params.has('TZID')
    const isLater = isZoned ? value.slice(0, 8) >= start.value.slice(0, 8) : value > start.value
    if (name === 'DTEND' && isSameForm && !isLater)
      fail(line, `DTEND is not after DTSTART ${start.value}`, value)
  }
}

function checkZones(calendar: Component): void {
  const defined = new Set<string>()
  for (const part of calendar.parts) {
    const zone = part.name === 'VTIMEZONE' && part.properties.find(({ name }) => name === 'TZID')?.value
    if (typeof zone !== 'string') continue
    if (defined.has(zone)) fail(part.line, `a second VTIMEZONE ${zone}`)
    defined.add(zone)
  }
  const used = new Set<string>()
  for (const { properties } of calendar.parts) {
    for (const { params, line } of properties) {
      const zone = params.get('TZID')
      if (zone === undefined) continue
      if (!defined.has(zone)) fail(line, `TZID ${zone} has no VTIMEZONE`)
      used.add(zone)
    }
  }
  for (const zone of defined) if (!used.has(zone)) fail(0, `VTIMEZONE ${zone} is not used`)
}

/** RFC 5545 3.8.4.4, 3.8.4.7: one UID is one event; its changed occurrences are told apart by RECURRENCE-ID. */
function checkIdentities(calendar: Component): void {
  const seen = new Set<string>()
  for (const { name, properties, line } of calendar.parts) {
    if (name !== 'VEVENT') continue
    const identity = ['UID', 'RECURRENCE-ID']
      .map((wanted) => properties.find((property) => property.name === wanted)?.value ?? '')
      .join(' ')
      .trim()
    if (seen.has(identity)) fail(line, `a second VEVENT ${identity}`)
    seen.add(identity)
  }
  checkOccurrences(calendar)
}

/** RFC 5545 3.8.4.4: a RECURRENCE-ID has the value type of the series' DTSTART, and by the contract its zone too. */
function checkOccurrences(calendar: Component): void {
  const named = ({ properties }: Component, wanted: string) => properties.find(({ name }) => name === wanted)
  const form = (property: Property | undefined) =>
    `${[...(property?.params ?? [])].flat().join(' ')} ${property?.value.replaceAll(/\d/g, '')}`
  const series = new Map(
    calendar.parts
      .filter((part) => part.name === 'VEVENT' && !named(part, 'RECURRENCE-ID'))
      .map((part) => [named(part, 'UID')?.value, named(part, 'DTSTART')]),
  )
  for (const part of calendar.parts) {
    const id = named(part, 'RECURRENCE-ID')
    const start = series.get(named(part, 'UID')?.value)
    if (id && start && form(id) !== form(start)) {
      fail(id.line, 'RECURRENCE-ID has another form than DTSTART of its series', id.value)
    }
  }
}
