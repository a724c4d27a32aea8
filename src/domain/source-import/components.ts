/**
 * The structure of iCalendar text (RFC 5545 3.1 and 3.6): unfolded lines in components. Only what an import looks at is
 * kept. The text comes from outside: whatever it holds, this takes time in proportion to its length, and a bad line
 * costs that line only.
 */

/** A property's line: its name in capitals, what stands between name and value, and the value as it was written. */
export type Line = { readonly name: string; readonly parameters: string; readonly value: string }

export type Component = {
  /** In capitals: `VEVENT`, `VALARM`, … */
  readonly name: string
  readonly lines: Line[]
  readonly components: Component[]
}

export type Structure =
  | { readonly ok: true; readonly calendars: readonly Component[] }
  | { readonly ok: false; readonly reason: string }

/** Deeper than any calendar nests: VCALENDAR, VEVENT, VALARM, and room. */
const MAX_DEPTH = 8

/** Entries that one calendar may have, changed occurrences of series included. */
const MAX_ENTRIES = 20_000

/** The name and the parameters of a line that an import looks at stand within this many characters. */
const MAX_HEAD = 2_000

const kept = new Set([
  ...['UID', 'DTSTART', 'DTEND', 'DURATION', 'RECURRENCE-ID', 'RRULE', 'RDATE', 'EXDATE', 'SEQUENCE'],
  ...[
    'SUMMARY',
    'LOCATION',
    'DESCRIPTION',
    'URL',
    'STATUS',
    'TRANSP',
    'CLASS',
    'CATEGORIES',
    'LAST-MODIFIED',
  ],
  ...['DTSTAMP', 'ACTION', 'TRIGGER', 'TZID', 'TZOFFSETFROM', 'TZOFFSETTO', 'X-LIC-LOCATION'],
])

/** A name, then parameters whose values may be quoted. Each piece begins with a character of its own: no backtracking. */
const head = /^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):/

/** Reads the components of a text; `ok: false` says what keeps it from being a whole calendar. */
export function readStructure(text: string): Structure {
  const begin = /^[\s\uFEFF]*/.exec(text)?.[0].length ?? 0
  if (text[begin] === '<') return bad('it answers with a web page')
  if (!/^BEGIN:VCALENDAR/i.test(text.slice(begin, begin + 16))) {
    return bad("it doesn't begin with BEGIN:VCALENDAR")
  }
  const calendars: Component[] = []
  const open: Component[] = []
  let entries = 0
  const isWhole = /END:VCALENDAR\s*$/i.test(text.slice(-1_000))
  for (const line of unfolded(text, begin)) {
    const mark = /^(BEGIN|END):\s*([A-Za-z0-9-]+)\s*$/i.exec(line)
    const name = mark?.[2]?.toUpperCase()
    if (mark === null || name === undefined) {
      const read = readLine(line)
      if (read) open.at(-1)?.lines.push(read)
    } else if (mark[1]?.toUpperCase() === 'BEGIN') {
      const component: Component = { name, lines: [], components: [] }
      if (name === 'VEVENT' && ++entries > MAX_ENTRIES) return bad(`it has over ${MAX_ENTRIES} entries`)
      if (open.length >= MAX_DEPTH) return bad('its parts are nested too deeply')
      const within = open.at(-1)?.components ?? calendars
      within.push(component)
      open.push(component)
    } else if (open.pop()?.name !== name) {
      return bad(isWhole ? 'its parts are not closed in order' : 'it breaks off before its end')
    }
  }
  return open.length > 0 ? bad('it breaks off before its end') : { ok: true, calendars }
}

function bad(reason: string): Structure {
  return { ok: false, reason }
}

/** The lines of a text from a place on, each whole (RFC 5545 3.1); any kind of line break ends one. */
function* unfolded(text: string, from: number): Generator<string> {
  let line = ''
  const breaks = /\r\n|\n|\r/g
  breaks.lastIndex = from
  for (let at = from; at < text.length; ) {
    const end = breaks.exec(text)
    const next = text.slice(at, end?.index ?? text.length)
    if (next[0] === ' ' || next[0] === '\t') line += next.slice(1)
    else {
      if (line !== '') yield line
      line = next
    }
    if (end === null) break
    at = breaks.lastIndex
  }
  if (line !== '') yield line
}

/** The line of a property that an import looks at; null for any other, and for one that can't be read. */
function readLine(line: string): Line | null {
  const [begin = ''] = /^[A-Za-z0-9-]{1,40}/.exec(line) ?? []
  const name = begin.toUpperCase()
  if (!kept.has(name)) return null
  const match = head.exec(line.slice(0, MAX_HEAD))
  if (match === null || match[1] !== begin) return null
  return { name, parameters: match[2] ?? '', value: line.slice(match[0].length) }
}

/** The first line of a component with this name. */
export function lineOf(component: Component, name: string): Line | undefined {
  return component.lines.find((line) => line.name === name)
}

/** All lines of a component with this name. */
export function linesOf(component: Component, name: string): Line[] {
  return component.lines.filter((line) => line.name === name)
}
