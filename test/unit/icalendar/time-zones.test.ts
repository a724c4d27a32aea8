import { tzlib_get_timezones } from 'timezones-ical-library'
import { describe, it } from 'vitest'
import { readObservances } from '../../../src/icalendar/observances'
import { realOffset } from '../../../src/icalendar/real-offset'
import { findTimeZone } from '../../../src/icalendar/time-zone'
import { instantOf, offsetAt, zoneRules } from '../../../src/icalendar/zone-rules'
import { calendarText } from '../../support/rendered'

const HOUR = 3_600_000

const melbourne = `BEGIN:VTIMEZONE
TZID:Somewhere
BEGIN:STANDARD
TZNAME:AEST
TZOFFSETFROM:+1100
TZOFFSETTO:+1000
DTSTART:19700405T030000
RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
END:STANDARD
BEGIN:DAYLIGHT
TZNAME:AEDT
TZOFFSETFROM:+1000
TZOFFSETTO:+1100
DTSTART:19701004T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU
END:DAYLIGHT
END:VTIMEZONE`

const vtimezoneOf = (name: string) => new TextDecoder().decode(findTimeZone(name)?.vtimezone)

function rulesOf(block: string) {
  const observances = readObservances(block)
  if (observances === undefined) throw new Error('not understood')
  return zoneRules(observances)
}

describe('the VTIMEZONE of every zone that the library knows', () => {
  const names = [...tzlib_get_timezones()].sort()

  it('is usable, has the very name asked for, and ends at END:VTIMEZONE', ({ expect }) => {
    expect(names.length).toBeGreaterThan(590)
    for (const name of names) {
      const text = vtimezoneOf(name)
      expect(text, name).toMatch(
        /^BEGIN:VTIMEZONE\r\nTZID:\S+\r\nX-LIC-LOCATION:\S+\r\n(?:BEGIN:STANDARD\r\n(?:(?!BEGIN|END).+\r\n)+END:STANDARD\r\n|BEGIN:DAYLIGHT\r\n(?:(?!BEGIN|END).+\r\n)+END:DAYLIGHT\r\n)+END:VTIMEZONE\r\n$/,
      )
      expect(text.split('\r\n')[1]).toBe(`TZID:${name}`)
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    }
  })

  it('has offsets of whole minutes, a STANDARD part, no local mean time and no line over 75 octets', ({
    expect,
  }) => {
    for (const name of names) {
      const lines = vtimezoneOf(name).split('\r\n')
      expect(lines, name).toContain('BEGIN:STANDARD')
      expect(lines).not.toContain('TZNAME:LMT')
      expect(lines.every((line) => line.length <= 75)).toBe(true)
      expect(`RECURRENCE-ID;TZID=${name}:20300501T190000`.length).toBeLessThanOrEqual(75)
      const offsets = lines.filter((line) => line.startsWith('TZOFFSET'))
      expect(offsets.every((line) => /^TZOFFSET(FROM|TO):[+-]\d{4}$/.test(line))).toBe(true)
    }
  })

  it('makes summer time the DAYLIGHT part, in Ireland too', ({ expect }) => {
    for (const name of names) {
      for (const [, kind, from, to] of vtimezoneOf(name).matchAll(
        /BEGIN:(\w+)\r\nTZNAME:\S+\r\nTZOFFSETFROM:(\S+)\r\nTZOFFSETTO:(\S+)/g,
      )) {
        if (kind === 'DAYLIGHT') expect(Number(to), name).toBeGreaterThan(Number(from))
        else expect(Number(to), name).toBeLessThanOrEqual(Number(from))
      }
    }
  })
})

describe('what a VTIMEZONE says', () => {
  it('is read with any line ends', ({ expect }) => {
    expect(rulesOf(melbourne.replaceAll('\n', '\r\n'))).toEqual(rulesOf(melbourne))
    expect(rulesOf(melbourne.replaceAll('\n', '\r'))).toEqual(rulesOf(melbourne))
  })

  it.for([
    ['nothing', ''],
    ['no observance', 'BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE'],
    ['dates instead of a rule', melbourne.replaceAll(/RRULE.*/g, 'RDATE:19710404T030000')],
    ['a rule by day of the month', melbourne.replace('BYDAY=1SU', 'BYMONTHDAY=1')],
    ['a rule for a fifth weekday', melbourne.replace('BYDAY=1SU', 'BYDAY=5SU')],
    ['a rule that ends', melbourne.replace('BYDAY=1SU', 'BYDAY=1SU;UNTIL=20070401T000000Z')],
    ['an offset with seconds', melbourne.replace('TO:+1000', 'TO:+095917')],
    ['local mean time', melbourne.replace('TZNAME:AEST', 'TZNAME:LMT')],
    ['a start before 1970', melbourne.replace('19700405', '19690405')],
    ['no start', melbourne.replace(/DTSTART.*\n/, '')],
    ['no offset', melbourne.replace(/TZOFFSETTO.*\n/, '')],
  ] as const)('is not used where it is %s', ([, block], { expect }) => {
    expect(readObservances(block)).toBeUndefined()
  })

  it('is the offset of the part that began last, to the second', ({ expect }) => {
    const rules = rulesOf(melbourne)
    const onset = Date.UTC(2030, 9, 5, 16) // 6 October, 02:00 in AEST
    expect(offsetAt(rules, onset - 1000)).toBe(600)
    expect(offsetAt(rules, onset)).toBe(660)
    expect(offsetAt(rules, Date.UTC(2031, 0, 1))).toBe(660)
    expect(offsetAt(rules, Date.UTC(2031, 3, 5, 16) - 1000)).toBe(660)
    expect(offsetAt(rules, Date.UTC(2031, 3, 5, 16))).toBe(600)
    expect(offsetAt(rules, Date.UTC(2199, 11, 31))).toBe(660)
  })

  it('begins with its first part: it says nothing of the time before', ({ expect }) => {
    expect(offsetAt(rulesOf(melbourne), Date.UTC(1970, 0, 1))).toBeUndefined()
    expect(instantOf(rulesOf(melbourne), Date.UTC(1970, 0, 1))).toBeNaN()
  })

  it('takes a clock time that comes twice for the first, and one that is skipped with the offset before', ({
    expect,
  }) => {
    const rules = rulesOf(melbourne)
    const twice = Date.UTC(2030, 3, 7, 2, 30)
    expect(instantOf(rules, twice)).toBe(twice - 11 * HOUR)
    const skipped = Date.UTC(2030, 9, 6, 2, 30)
    expect(instantOf(rules, skipped)).toBe(skipped - 10 * HOUR)
  })

  it('agrees with the runtime in the coming years, but for zones of irregular law', ({ expect }) => {
    const irregular = new Set<string>()
    for (const name of tzlib_get_timezones()) {
      const zone = findTimeZone(name)
      for (let instant = Date.UTC(2027, 2, 1); instant < Date.UTC(2028, 2, 1); instant += 19 * HOUR) {
        const real = realOffset(name, instant)
        if (real !== undefined && zone && offsetAt(zone.rules, instant) !== real) irregular.add(name)
      }
    }
    expect(irregular.size).toBeLessThan(30)
    for (const name of ['Australia/Melbourne', 'America/New_York', 'Europe/Dublin', 'Pacific/Chatham']) {
      expect(irregular).not.toContain(name)
    }
  })
})

describe('the real offset', () => {
  it.for([
    ['Australia/Melbourne', '2030-05-01', 600],
    ['Australia/Melbourne', '2030-01-01', 660],
    ['America/St_Johns', '2030-01-01', -210],
    ['Pacific/Chatham', '2030-01-01', 825],
    ['Europe/London', '2030-01-01', 0],
    ['Africa/Monrovia', '1970-01-01', -(44 + 30 / 60)],
    ['Nowhere/Else', '2030-01-01', undefined],
  ] as const)('of %s on %s is %s', ([zone, date, expected], { expect }) => {
    expect(realOffset(zone, Date.parse(date))).toBe(expected)
    expect(realOffset(zone, Date.parse(date))).toBe(expected)
  })

  it('is right on both sides of a change, in whatever order it is asked for', ({ expect }) => {
    const change = Date.UTC(2030, 9, 5, 16)
    expect(realOffset('Australia/Melbourne', change - 30 * 24 * HOUR)).toBe(600)
    expect(realOffset('Australia/Melbourne', change)).toBe(660)
    expect(realOffset('Australia/Melbourne', change - 1)).toBe(600)
    expect(realOffset('Australia/Melbourne', change + 30 * 24 * HOUR)).toBe(660)
    expect(realOffset('Australia/Melbourne', change - 1)).toBe(600)
  })
})

describe('the zones of a calendar', () => {
  it('are each written once, sorted by name, whatever the order of the events', ({ expect }) => {
    const text = calendarText('Fixtures', ['Europe/Paris', 'Asia/Tokyo', 'Europe/Paris'], [])
    expect(text.match(/^TZID:.*$/gm)).toEqual(['TZID:Asia/Tokyo', 'TZID:Europe/Paris'])
    expect(calendarText('Fixtures', new Set(['Asia/Tokyo', 'Europe/Paris']), [])).toBe(text)
  })

  it('that are none are left out', ({ expect }) => {
    for (const name of ['', 'constructor', '__proto__', 'Nowhere/Else', 'X\r\nBEGIN:VEVENT']) {
      expect(calendarText('Fixtures', [name], [])).toBe(calendarText('Fixtures', [], []))
    }
  })
})
