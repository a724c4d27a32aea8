import { describe, it } from 'vitest'
import { entry, one, read, span, text } from './reading'

const at = (line: string, ...more: string[]) => span(one(line, ...more))

describe('the times of an imported event', () => {
  it('are UTC, in a zone, or floating in the calendar’s zone', ({ expect }) => {
    expect(at('DTSTART:20300501T090000Z')).toBe('2030-05-01 09:00 2030-05-01 09:00 UTC')
    expect(at('DTSTART;TZID=America/New_York:20300501T090000')).toBe(
      '2030-05-01 09:00 2030-05-01 09:00 America/New_York',
    )
    expect(at('DTSTART:20300501T090000')).toBe('2030-05-01 09:00 2030-05-01 09:00 Europe/Berlin')
  })

  it('end where DTEND or DURATION says, told by the clock of the start', ({ expect }) => {
    const start = 'DTSTART;TZID=Europe/Berlin:20300501T190000'
    expect(at(start, 'DTEND;TZID=Europe/London:20300501T200000')).toContain('2030-05-01 21:00 Europe/Berlin')
    expect(at(start, 'DURATION:PT90M')).toContain('2030-05-01 20:30')
    expect(at(start, 'DURATION:P1DT1H')).toContain('2030-05-02 20:00')
    expect(at(start, 'DTEND;TZID=Europe/Berlin:20300501T180000')).toContain(
      '2030-05-01 19:00 2030-05-01 19:00',
    )
  })

  it('keep the hour over a change of the clock where a duration is in days', ({ expect }) => {
    expect(at('DTSTART;TZID=Europe/Berlin:20300330T190000', 'DURATION:P1D')).toContain('2030-03-31 19:00')
    expect(at('DTSTART;TZID=Europe/Berlin:20300330T190000', 'DURATION:PT24H')).toContain('2030-03-31 20:00')
  })

  it('are days where the start is one, the end being the day after the last', ({ expect }) => {
    expect(at('DTSTART;VALUE=DATE:20300501', 'DTEND;VALUE=DATE:20300503')).toBe(
      '2030-05-01  2030-05-02  Europe/Berlin',
    )
    for (const end of [
      'DTEND;VALUE=DATE:20300501',
      'DTEND;VALUE=DATE:20300502',
      'DURATION:P1D',
      'X-NONE:1',
    ]) {
      expect(at('DTSTART;VALUE=DATE:20300501', end), end).toBe('2030-05-01  2030-05-01  Europe/Berlin')
    }
    // As careless programs write it.
    expect(at('DTSTART:20300501')).toBe('2030-05-01  2030-05-01  Europe/Berlin')
  })

  it('understand the names that programs give to zones', ({ expect }) => {
    const zones = {
      'W. Europe Standard Time': 'Europe/Berlin',
      'AUS Eastern Standard Time': 'Australia/Sydney',
      '/freeassociation.sourceforge.net/Europe/Vienna': 'Europe/Vienna',
      '/citadel.org/20210210_1/America/Argentina/Buenos_Aires': 'America/Argentina/Buenos_Aires',
      'europe/paris': 'Europe/Paris',
    }
    for (const [name, zone] of Object.entries(zones)) {
      expect(one(`DTSTART;TZID="${name}":20300501T090000`).timezone, name).toBe(zone)
    }
  })

  const observance = (kind: string, from: string, to: string, start: string, rule: string) => [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    `RRULE:${rule}`,
    `END:${kind}`,
  ]
  const vtimezone = (...observances: string[][]) =>
    ['BEGIN:VTIMEZONE', 'TZID:Our Zone', ...observances.flat(), 'END:VTIMEZONE'].join('\r\n')
  const event = entry('DTSTART;TZID=Our Zone:20300501T090000')

  it('take a zone for the one whose rules it has', ({ expect }) => {
    const eastern = vtimezone(
      observance('DAYLIGHT', '-0500', '-0400', '16010311T020000', 'FREQ=YEARLY;BYDAY=2SU;BYMONTH=3'),
      observance('STANDARD', '-0400', '-0500', '16011104T020000', 'FREQ=YEARLY;BYDAY=1SU;BYMONTH=11'),
    )
    const { events, remarks } = read(text(eastern, event))
    expect(events.map(span)).toEqual(['2030-05-01 09:00 2030-05-01 09:00 America/New_York'])
    expect(remarks).toBe('')
  })

  it('are exact where a zone has rules like no other', ({ expect }) => {
    const own = vtimezone(
      observance('DAYLIGHT', '+0117', '+0217', '20000301T020000', 'FREQ=YEARLY;BYDAY=2SU;BYMONTH=3'),
      observance('STANDARD', '+0217', '+0117', '20001104T020000', 'FREQ=YEARLY;BYDAY=1SU;BYMONTH=11'),
    )
    expect(read(text(own, event)).events.map(span)).toEqual(['2030-05-01 06:43 2030-05-01 06:43 UTC'])
  })

  it('are read in the calendar’s zone, and told, where nobody knows the zone', ({ expect }) => {
    for (const zone of [
      '',
      vtimezone(observance('STANDARD', '+0100', '+0100', '20000101T000000', 'FREQ=SECONDLY')),
    ]) {
      const { events, remarks } = read(text(zone, event))
      expect(events.map(span)).toEqual(['2030-05-01 09:00 2030-05-01 09:00 Europe/Berlin'])
      expect(remarks).toContain('“Our Zone”')
    }
  })

  it('leave an event out, and tell of it, where no event can be so', ({ expect }) => {
    for (const start of [
      'DTSTART:',
      'DTSTART:20300230T090000Z',
      'DTSTART:19600101T090000Z',
      'DTSTART:soon',
      'X-START:1',
    ]) {
      const { events, remarks } = read(
        text(entry('SUMMARY:Gone', start), entry('UID:b', 'SUMMARY:Here', 'DTSTART:20300501')),
      )
      expect(
        events.map((each) => each.name),
        start,
      ).toEqual(['Here'])
      expect(remarks, start).toContain('“Gone”')
    }
    const endless = read(text(entry('SUMMARY:Endless', 'DTSTART:20300501', 'DTEND:20400501')))
    expect(endless.events).toEqual([])
    expect(endless.remarks).toContain('“Endless”')
  })
})
