import fc from 'fast-check'
import { tzlib_get_timezones } from 'timezones-ical-library'
import { describe, it } from 'vitest'
import {
  canonicalTimeZone,
  instantToWall,
  isoWithOffset,
  wallToInstant,
  zoneOffsetMs,
} from '../../../src/platform/time-zone'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const zones = [...tzlib_get_timezones()].filter((zone) => canonicalTimeZone(zone) !== null)
const hardZones = [
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'America/St_Johns',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Africa/Monrovia',
  'Africa/Casablanca',
  'America/Sao_Paulo',
  'America/Havana',
  'America/Nuuk',
  'Antarctica/Troll',
  'Asia/Kathmandu',
  'Europe/Dublin',
]
const anyZone = fc.oneof(fc.constantFrom(...hardZones), fc.constantFrom(...zones))

const first = Date.UTC(1969, 11, 30)
const last = Date.UTC(2200, 0, 3)
/** An instant on a whole minute. */
const anyMinute = fc.integer({ min: first / 60_000, max: last / 60_000 }).map((minute) => minute * 60_000)
/** A wall clock, as the instant at which UTC shows it. Half of them lie where clocks change most. */
const anyWall = fc.oneof(
  anyMinute,
  fc
    .tuple(
      fc.integer({ min: 1970, max: 2199 }),
      fc.constantFrom(2, 3, 8, 9, 10),
      fc.integer({ min: 1, max: 31 }),
    )
    .chain(([year, month, day]) =>
      fc.integer({ min: 0, max: 1439 }).map((minute) => Date.UTC(year, month, day, 0, minute)),
    ),
)

function wallOf(shown: number): { date: string; time: string } {
  const iso = new Date(shown).toISOString()
  return { date: iso.slice(0, 10), time: iso.slice(11, 16) }
}

describe('a time zone name', () => {
  it.for([
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['asia/kolkata', 'Asia/Kolkata'],
    ['ASIA/CALCUTTA', 'Asia/Calcutta'],
    ['utc', 'UTC'],
    ['etc/utc', 'Etc/UTC'],
    ['gmt', 'GMT'],
    ['us/eastern', 'US/Eastern'],
    ['australia/melbourne', 'Australia/Melbourne'],
    ['etc/gmt+5', 'Etc/GMT+5'],
    ['ETC/GMT-14', 'Etc/GMT-14'],
    ['america/port-au-prince', 'America/Port-au-Prince'],
    ['america/argentina/comodrivadavia', 'America/Argentina/ComodRivadavia'],
    ['europe/kyiv', 'Europe/Kyiv'],
    ['gb-eire', 'GB-Eire'],
    ['est5edt', 'EST5EDT'],
    ['nz-chat', 'NZ-CHAT'],
  ] as const)('%s is known as %s', ([given, proper], { expect }) => {
    expect(canonicalTimeZone(given)).toBe(proper)
  })

  it.for([
    '',
    ' ',
    'Z',
    '+05:00',
    '-0530',
    '+05',
    'UTC+5',
    'GMT+05:00',
    'PST',
    'JST',
    'ET',
    'CT',
    'Factory',
    'localtime',
    'Etc/Unknown',
    'Mars/Olympus_Mons',
    'Australia/Melbourne ',
    ' Australia/Melbourne',
    'Australia\\Melbourne',
    'Australia/Melbourne\n',
    'Australia',
    'posix/UTC',
    '__proto__',
    'constructor',
    'Asia/\u212aolkata',
  ])('%j is none', (given, { expect }) => {
    expect(canonicalTimeZone(given)).toBeNull()
  })

  it('keeps every name of the database in whatever case it comes', ({ expect }) => {
    expect(zones.length).toBeGreaterThan(590)
    for (const zone of zones) {
      expect(canonicalTimeZone(zone.toUpperCase())).toBe(zone)
      expect(canonicalTimeZone(zone.toLowerCase())).toBe(zone)
    }
  })

  it('is no text of any length', ({ expect }) => {
    expect(canonicalTimeZone('A'.repeat(1_000_000))).toBeNull()
  })

  it('is no offset', ({ expect }) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]\d{2}:?(\d{2})?$/), (offset) => {
        expect(canonicalTimeZone(offset)).toBeNull()
      }),
    )
  })
})

describe('a wall clock', () => {
  it.for([
    ['UTC', '1970-01-01', '00:00', '1970-01-01T00:00:00Z'],
    ['Etc/GMT+5', '2030-05-01', '12:00', '2030-05-01T17:00:00Z'],
    ['Australia/Melbourne', '2030-05-01', '19:00', '2030-05-01T09:00:00Z'],
    ['Australia/Melbourne', '2030-01-01', '19:00', '2030-01-01T08:00:00Z'],
    ['Asia/Kolkata', '2030-05-01', '09:00', '2030-05-01T03:30:00Z'],
    ['Asia/Kathmandu', '2030-05-01', '09:00', '2030-05-01T03:15:00Z'],
    ['Pacific/Chatham', '2030-01-01', '12:00', '2029-12-31T22:15:00Z'],
    ['America/St_Johns', '2030-07-01', '12:00', '2030-07-01T14:30:00Z'],
    ['Pacific/Kiritimati', '1970-01-01', '00:00', '1970-01-01T10:40:00Z'],
    ['Pacific/Kiritimati', '2199-12-31', '23:59', '2199-12-31T09:59:00Z'],
    ['Etc/GMT+12', '2200-01-01', '00:00', '2200-01-01T12:00:00Z'],
    ['Australia/Melbourne', '2199-12-31', '23:59', '2199-12-31T12:59:00Z'],
    ['Australia/Melbourne', '1969-12-31', '00:00', '1969-12-30T14:00:00Z'],
    ['Africa/Monrovia', '1970-06-01', '12:00', '1970-06-01T12:44:30Z'],
  ] as const)('in %s of %s %s is %s', ([zone, date, time, iso], { expect }) => {
    const instant = wallToInstant(date, time, zone)
    expect(instant).toBe(Date.parse(iso))
    expect(instantToWall(instant, zone)).toEqual({ date, time })
  })

  it.for([
    ['Australia/Melbourne', '2030-10-06', '02:00', '2030-10-06', '03:00'],
    ['Australia/Melbourne', '2030-10-06', '02:30', '2030-10-06', '03:30'],
    ['Australia/Melbourne', '2030-10-06', '02:59', '2030-10-06', '03:59'],
    ['America/New_York', '2030-03-10', '02:30', '2030-03-10', '03:30'],
    ['Europe/London', '2030-03-31', '01:15', '2030-03-31', '02:15'],
    ['Australia/Lord_Howe', '2030-10-06', '02:10', '2030-10-06', '02:40'],
    ['Pacific/Chatham', '2030-09-29', '03:00', '2030-09-29', '04:00'],
    ['America/St_Johns', '2030-03-10', '02:30', '2030-03-10', '03:30'],
    ['America/St_Johns', '1988-04-03', '00:30', '1988-04-03', '02:30'],
    ['Antarctica/Troll', '2030-03-31', '01:30', '2030-03-31', '03:30'],
    ['America/Sao_Paulo', '2017-10-15', '00:00', '2017-10-15', '01:00'],
    ['America/Nuuk', '2030-03-30', '23:30', '2030-03-31', '00:30'],
    ['Pacific/Apia', '2011-12-30', '00:00', '2011-12-31', '00:00'],
    ['Pacific/Apia', '2011-12-30', '12:00', '2011-12-31', '12:00'],
    ['Pacific/Apia', '2011-12-30', '23:59', '2011-12-31', '23:59'],
    ['Pacific/Kwajalein', '1993-08-21', '12:00', '1993-08-22', '12:00'],
  ] as const)('that %s skips, %s %s, moves forward by what was skipped', ([zone, ...clocks], { expect }) => {
    const [date, time, movedDate, movedTime] = clocks
    expect(instantToWall(wallToInstant(date, time, zone), zone)).toEqual({ date: movedDate, time: movedTime })
  })

  it.for([
    ['Australia/Melbourne', '2030-04-07', '02:00', '2030-04-06T15:00:00Z'],
    ['Australia/Melbourne', '2030-04-07', '02:59', '2030-04-06T15:59:00Z'],
    ['Australia/Melbourne', '2030-04-07', '03:00', '2030-04-06T17:00:00Z'],
    ['America/New_York', '2030-11-03', '01:30', '2030-11-03T05:30:00Z'],
    ['Australia/Lord_Howe', '2030-04-07', '01:45', '2030-04-06T14:45:00Z'],
    ['Antarctica/Troll', '2030-10-27', '01:30', '2030-10-26T23:30:00Z'],
    ['America/Havana', '2030-11-03', '00:00', '2030-11-03T04:00:00Z'],
    ['America/Sao_Paulo', '2018-02-17', '23:30', '2018-02-18T01:30:00Z'],
    ['America/Sao_Paulo', '2018-02-18', '00:00', '2018-02-18T03:00:00Z'],
  ] as const)('that %s has twice, %s %s, is the first', ([zone, date, time, iso], { expect }) => {
    expect(wallToInstant(date, time, zone)).toBe(Date.parse(iso))
  })

  it('comes back from its instant, unless its zone skips it', ({ expect }) => {
    fc.assert(
      fc.property(anyWall, anyZone, (shown, zone) => {
        const { date, time } = wallOf(shown)
        const instant = wallToInstant(date, time, zone)
        const back = instantToWall(instant, zone)
        if (back.date === date && back.time === time) return
        // It is in a gap: no offset of these days leads to it, and it moved forward by the change of offset.
        const offsets = [-DAY, 0, DAY].map((step) => zoneOffsetMs(shown + step, zone))
        for (const offset of offsets) expect(instantToWall(shown - offset, zone)).not.toEqual({ date, time })
        const moved = Date.parse(`${back.date}T${back.time}:00Z`) - shown
        expect(moved).toBe(Math.max(...offsets) - Math.min(...offsets))
      }),
      { numRuns: 3000 },
    )
  })

  it('leads to the first instant that shows it', ({ expect }) => {
    fc.assert(
      fc.property(anyMinute, anyZone, (instant, zone) => {
        const { date, time } = instantToWall(instant, zone)
        const found = wallToInstant(date, time, zone)
        expect(instantToWall(found, zone)).toEqual({ date, time })
        // Where offsets have seconds, a whole minute of UTC shows some seconds of the minute.
        expect(found).toBeLessThan(instant + 60_000)
        expect(instant - found).toBeLessThanOrEqual(3 * HOUR)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('an offset', () => {
  it.for([
    ['UTC', 0],
    ['Australia/Melbourne', 10],
    ['America/St_Johns', -2.5],
    ['Asia/Kathmandu', 5.75],
    ['Pacific/Chatham', 12.75],
    ['Australia/Lord_Howe', 10.5],
    ['Etc/GMT+12', -12],
    ['Pacific/Kiritimati', 14],
  ] as const)('of %s in July is %d hours', ([zone, hours], { expect }) => {
    expect(zoneOffsetMs(Date.parse('2030-07-01T00:00:00.999Z'), zone)).toBe(hours * HOUR)
  })

  it('does not depend on the fraction of a second, before 1970 neither', ({ expect }) => {
    for (const instant of [-1, -999, -1000, 0, 1, 999]) {
      expect(zoneOffsetMs(instant, 'Asia/Kolkata')).toBe(5.5 * HOUR)
    }
  })
})

describe('an instant with its offset', () => {
  it.for([
    ['2024-08-28T05:03:31.109Z', 'Australia/Melbourne', '2024-08-28T15:03:31.109000+10:00'],
    ['2030-01-01T00:00:00.000Z', 'Australia/Melbourne', '2030-01-01T11:00:00.000000+11:00'],
    ['2030-01-01T00:00:00.007Z', 'America/St_Johns', '2029-12-31T20:30:00.007000-03:30'],
    ['2030-01-01T00:00:00.000Z', 'UTC', '2030-01-01T00:00:00.000000+00:00'],
    ['2030-01-01T00:00:00.000Z', 'Asia/Kathmandu', '2030-01-01T05:45:00.000000+05:45'],
    ['1970-06-01T12:44:30.000Z', 'Africa/Monrovia', '1970-06-01T12:00:30.000000-00:44'],
  ] as const)('%s in %s is %s', ([instant, zone, text], { expect }) => {
    expect(isoWithOffset(Date.parse(instant), zone)).toBe(text)
  })

  it('tells the very millisecond', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), anyZone, (instant, zone) => {
        const text = isoWithOffset(instant, zone)
        expect(text).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}000[+-]\d{2}:\d{2}$/)
        expect(Date.parse(text)).toBe(instant)
      }),
    )
  })
})
