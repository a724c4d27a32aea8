import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, it } from 'vitest'
import { checkRecurrence, checkUntilForm } from '../../../../src/domain/series/recurrence'

describe('a recurrence rule is good when it', () => {
  it.for([
    ['FREQ=DAILY'],
    ['FREQ=WEEKLY'],
    ['FREQ=MONTHLY'],
    ['FREQ=YEARLY'],
    ['FREQ=DAILY;INTERVAL=2'],
    ['INTERVAL=2;FREQ=DAILY'],
    ['FREQ=DAILY;INTERVAL=007'],
    ['FREQ=DAILY;COUNT=1'],
    ['FREQ=DAILY;COUNT=2147483647'],
    ['FREQ=DAILY;UNTIL=20301231'],
    ['FREQ=DAILY;UNTIL=20320229'],
    ['FREQ=DAILY;UNTIL=20301231T235959Z'],
    ['FREQ=DAILY;UNTIL=99991231T000000Z'],
    ['FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=WEEKLY;WKST=SU;BYDAY=MO,TU,WE,TH,FR,SA,SU'],
    ['FREQ=DAILY;BYDAY=MO,FR'],
    ['FREQ=MONTHLY;BYDAY=1MO'],
    ['FREQ=MONTHLY;BYDAY=+1MO,-1FR'],
    ['FREQ=YEARLY;BYDAY=53SU,-53SU'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,15,31,-1,-31,+7,07'],
    ['FREQ=DAILY;BYMONTHDAY=1'],
    ['FREQ=YEARLY;BYMONTH=1,02,12;BYMONTHDAY=29'],
    ['FREQ=MONTHLY;INTERVAL=3;COUNT=4;BYDAY=-1SU;BYMONTH=3,10;WKST=MO'],
  ])('says %s', ([rule = ''], { expect }) => {
    expect(checkRecurrence(rule)).toBeNull()
    expect(() => ICAL.Recur.fromString(rule)).not.toThrow()
  })

  it('writes an ordinal with two digits', ({ expect }) => {
    expect(checkRecurrence('FREQ=MONTHLY;BYDAY=01MO')).toBeNull()
  })

  it('has exactly 500 characters', ({ expect }) => {
    const rule = `FREQ=MONTHLY;BYMONTHDAY=01${',1'.repeat(237)}`
    expect(rule).toHaveLength(500)
    expect(checkRecurrence(rule)).toBeNull()
    expect(checkRecurrence(`${rule},`)).toBe('Must not have more than 500 characters.')
  })
})

describe('a recurrence rule is refused when it', () => {
  const noFrequency = 'Must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY.'
  const parts =
    'Must be made of FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, WKST, in capitals, with ; between.'
  const interval = 'Must have an INTERVAL from 1 to 2147483647.'
  const count = 'Must have a COUNT from 1 to 2147483647.'
  const until = 'Must have an UNTIL that is a real date, YYYYMMDD, or UTC time, YYYYMMDDTHHMMSSZ.'
  const byDay =
    'Must have a BYDAY of MO, TU, WE, TH, FR, SA or SU, each with an ordinal from 1 to 53 or none.'
  const byMonthDay = 'Must have a BYMONTHDAY from 1 to 31 or from -31 to -1.'
  const byMonth = 'Must have a BYMONTH from 1 to 12.'
  const ordinals = 'Must not have ordinals in BYDAY but with FREQ=MONTHLY or FREQ=YEARLY.'

  it.for([
    ['has its prefix', 'RRULE:FREQ=DAILY', 'Must be the rule alone, without RRULE: before it.'],
    [
      'has its prefix and a parameter',
      'RRULE;X=1:FREQ=DAILY',
      'Must be the rule alone, without RRULE: before it.',
    ],
    ['has no FREQ', 'COUNT=3', noFrequency],
    ['is by the hour', 'FREQ=HOURLY', noFrequency],
    ['is by the minute', 'FREQ=MINUTELY', noFrequency],
    ['is by the second', 'FREQ=SECONDLY', noFrequency],
    ['has an empty FREQ', 'FREQ=', noFrequency],
    ['has two frequencies in one', 'FREQ=DAILY,WEEKLY', noFrequency],
    ['has FREQ twice', 'FREQ=DAILY;FREQ=DAILY', 'Must have FREQ only once.'],
    ['has BYDAY twice', 'FREQ=WEEKLY;BYDAY=MO;BYDAY=TU', 'Must have BYDAY only once.'],
    ['has a value in small letters', 'FREQ=daily', noFrequency],
    ['has a name in small letters', 'freq=DAILY', parts],
    ['has a weekday in small letters', 'FREQ=WEEKLY;BYDAY=mo', byDay],
    ['is empty', '', parts],
    ['ends with a semicolon', 'FREQ=DAILY;', parts],
    ['begins with a semicolon', ';FREQ=DAILY', parts],
    ['has two semicolons', 'FREQ=DAILY;;COUNT=1', parts],
    ['has a space', 'FREQ=DAILY; COUNT=1', parts],
    ['has a space at the end', 'FREQ=DAILY ', noFrequency],
    ['has a line break', 'FREQ=DAILY\nCOUNT=1', noFrequency],
    ['has a line break at the end', 'FREQ=DAILY\n', noFrequency],
    ['starts a property', 'FREQ=DAILY;COUNT=1\r\nX-EVIL:1', count],
    ['has a part without value', 'FREQ=DAILY;COUNT', count],
    ['has a part of the RFC that is not taken', 'FREQ=YEARLY;BYWEEKNO=20', parts],
    ['has BYSETPOS', 'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1', parts],
    ['has BYHOUR', 'FREQ=DAILY;BYHOUR=9', parts],
    ['has a part of its own', 'FREQ=DAILY;X-NAME=1', parts],
    ['is named like something of every object', 'FREQ=DAILY;constructor=1', parts],
    ['has an INTERVAL of zero', 'FREQ=DAILY;INTERVAL=0', interval],
    ['has a negative INTERVAL', 'FREQ=DAILY;INTERVAL=-1', interval],
    ['has a signed INTERVAL', 'FREQ=DAILY;INTERVAL=+1', interval],
    ['has a broken INTERVAL', 'FREQ=DAILY;INTERVAL=1.5', interval],
    ['has an INTERVAL that no app can count', 'FREQ=DAILY;INTERVAL=2147483648', interval],
    ['has digits that are not ASCII', 'FREQ=DAILY;INTERVAL=１', interval],
    ['has a COUNT of zero', 'FREQ=DAILY;COUNT=0', count],
    ['has a COUNT in hex', 'FREQ=DAILY;COUNT=0x1', count],
    ['has an endless COUNT', `FREQ=DAILY;COUNT=${'9'.repeat(400)}`, count],
    ['has COUNT and UNTIL', 'FREQ=DAILY;COUNT=1;UNTIL=20301231', 'Must not have both COUNT and UNTIL.'],
    ['ends on 30 February', 'FREQ=DAILY;UNTIL=20300230', until],
    ['ends on 29 February of an ordinary year', 'FREQ=DAILY;UNTIL=20300229', until],
    ['ends in month 13', 'FREQ=DAILY;UNTIL=20301301', until],
    ['ends on day zero', 'FREQ=DAILY;UNTIL=20300100', until],
    ['ends at 24 hours', 'FREQ=DAILY;UNTIL=20300101T240000Z', until],
    ['ends at 60 minutes', 'FREQ=DAILY;UNTIL=20300101T236000Z', until],
    ['ends at 60 seconds', 'FREQ=DAILY;UNTIL=20300101T235960Z', until],
    ['ends at a local time', 'FREQ=DAILY;UNTIL=20300101T000000', until],
    ['ends at a time without seconds', 'FREQ=DAILY;UNTIL=20300101T0000Z', until],
    ['ends on a date with hyphens', 'FREQ=DAILY;UNTIL=2030-01-01', until],
    ['ends on a date that says Z', 'FREQ=DAILY;UNTIL=20300101Z', until],
    ['has a weekday that is none', 'FREQ=WEEKLY;BYDAY=XX', byDay],
    ['has no weekday', 'FREQ=WEEKLY;BYDAY=', byDay],
    ['has a list that ends with a comma', 'FREQ=WEEKLY;BYDAY=MO,', byDay],
    ['has weekday 0', 'FREQ=MONTHLY;BYDAY=0MO', byDay],
    ['has weekday 54', 'FREQ=YEARLY;BYDAY=54MO', byDay],
    ['has an ordinal of three digits', 'FREQ=YEARLY;BYDAY=001MO', byDay],
    ['has ordinals in a WEEKLY rule', 'FREQ=WEEKLY;BYDAY=MO,1TU', ordinals],
    ['has ordinals in a DAILY rule', 'FREQ=DAILY;BYDAY=-1MO', ordinals],
    ['has day 0', 'FREQ=MONTHLY;BYMONTHDAY=0', byMonthDay],
    ['has day 32', 'FREQ=MONTHLY;BYMONTHDAY=32', byMonthDay],
    ['has day -32', 'FREQ=MONTHLY;BYMONTHDAY=-32', byMonthDay],
    [
      'has days of the month in a WEEKLY rule',
      'FREQ=WEEKLY;BYMONTHDAY=1',
      'Must not have BYMONTHDAY with FREQ=WEEKLY.',
    ],
    ['has month 0', 'FREQ=YEARLY;BYMONTH=0', byMonth],
    ['has month 13', 'FREQ=YEARLY;BYMONTH=13', byMonth],
    ['has a negative month', 'FREQ=YEARLY;BYMONTH=-1', byMonth],
    [
      'has a week start with an ordinal',
      'FREQ=WEEKLY;WKST=1MO',
      'Must have a WKST of MO, TU, WE, TH, FR, SA or SU.',
    ],
    ['has two week starts', 'FREQ=WEEKLY;WKST=MO,TU', 'Must have a WKST of MO, TU, WE, TH, FR, SA or SU.'],
  ] as const)('%s', ([, rule, message], { expect }) => {
    expect(checkRecurrence(rule)).toBe(message)
  })

  it('is over 500 characters long, whatever it says', ({ expect }) => {
    expect(checkRecurrence('FREQ=DAILY;'.repeat(50))).toBe('Must not have more than 500 characters.')
  })
})

describe('every rule that is good', () => {
  const positive = fc.integer({ min: 1, max: 2_147_483_647 }).map(String)
  const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
  const list = (value: fc.Arbitrary<string>) =>
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map(String)
  const rule = fc
    .record(
      {
        FREQ: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'HOURLY'),
        INTERVAL: positive,
        COUNT: positive,
        UNTIL: fc.constantFrom('20301231', '20301231T000000Z', '20300230', 'never'),
        BYDAY: list(fc.tuple(fc.constantFrom('', '1', '-1', '+2'), weekday).map(([nth, day]) => nth + day)),
        BYMONTHDAY: list(fc.integer({ min: -32, max: 32 }).map(String)),
        BYMONTH: list(fc.integer({ min: 0, max: 13 }).map(String)),
        WKST: weekday,
      },
      { requiredKeys: ['FREQ'] },
    )
    .chain((parts) => fc.shuffledSubarray(Object.entries(parts), { minLength: Object.keys(parts).length }))
    .map((parts) => parts.map((part) => part.join('=')).join(';'))

  it('is read by another library as having the same parts', ({ expect }) => {
    let good = 0
    fc.assert(
      fc.property(rule, (text) => {
        if (checkRecurrence(text) !== null) return
        good++
        const read = ICAL.Recur.fromString(text)
        expect(text).toContain(`FREQ=${read.freq}`)
        expect(read.toString().split(';').sort().map(withoutPlus)).toEqual(
          text
            .split(';')
            .filter((part) => part !== 'INTERVAL=1' && part !== 'WKST=MO')
            .sort()
            .map(withoutPlus),
        )
      }),
      { numRuns: 2000 },
    )
    expect(good).toBeGreaterThan(50)
  })

  it('fits on its line of a feed as it is', ({ expect }) => {
    const anything = fc.oneof(
      rule,
      fc.string({ unit: 'binary' }),
      fc.tuple(rule, fc.string()).map(([a, b]) => a + b),
    )
    fc.assert(
      fc.property(anything, (text) => {
        if (checkRecurrence(text) === null) expect(text).toMatch(/^[A-Z0-9=;,+-]+$/)
      }),
    )
  })
})

function withoutPlus(part: string): string {
  const [name = '', value = ''] = part.split('=')
  return name === 'UNTIL' ? `UNTIL=${value.replaceAll(/[-:]/g, '')}` : `${name}=${value.replaceAll('+', '')}`
}

describe('the end of a series', () => {
  const mustBeDate = 'Must have an UNTIL that is a date, YYYYMMDD, as the event is all-day.'
  const mustBeTime = 'Must have an UNTIL that is a UTC time, YYYYMMDDTHHMMSSZ, as the event is not all-day.'

  it.for([
    ['a date', 'all-day', 'FREQ=DAILY;UNTIL=20301231', true, null],
    ['a UTC time', 'timed', 'FREQ=DAILY;UNTIL=20301231T100000Z', false, null],
    ['a UTC time', 'all-day', 'FREQ=DAILY;UNTIL=20301231T100000Z', true, mustBeDate],
    ['a date', 'timed', 'FREQ=DAILY;UNTIL=20301231', false, mustBeTime],
    ['a date said first', 'timed', 'UNTIL=20301231;FREQ=DAILY', false, mustBeTime],
    ['open', 'all-day', 'FREQ=DAILY', true, null],
    ['open', 'timed', 'FREQ=DAILY;BYDAY=TU;COUNT=3', false, null],
  ] as const)('may or may not be %s where the event is %s: %s', ([, , rule, allDay, message], { expect }) => {
    expect(checkUntilForm(rule, allDay)).toBe(message)
  })
})
