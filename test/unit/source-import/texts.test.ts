import fc from 'fast-check'
import { describe, it } from 'vitest'
import { characters } from '../../../src/domain/fields'
import { decodeText } from '../../../src/domain/source-import/decode'
import { entry, one, read, refusal, text } from './reading'

const start = 'DTSTART:20300501T090000Z'

describe('the texts of an imported event', () => {
  it('are unfolded and unescaped', ({ expect }) => {
    const event = one(
      start,
      'SUMMARY:Tea\\, cake\\; an',
      ' d more',
      'DESCRIPTION:One\\nTwo\\\\',
      'LOCATION;LANGUAGE=en:Hall\\nUpstairs',
    )
    expect([event.name, event.details, event.location]).toEqual([
      'Tea, cake; and more',
      'One\nTwo\\',
      'Hall\nUpstairs',
    ])
  })

  it('are cut to what an event may hold, in characters', ({ expect }) => {
    const event = one(
      start,
      `SUMMARY:${'😀'.repeat(300)}`,
      `DESCRIPTION:${'x'.repeat(9_000)}`,
      `LOCATION:${'é'.repeat(600)}`,
    )
    expect([event.name, event.details, event.location].map(characters)).toEqual([250, 8_000, 500])
    expect(event.name.endsWith('😀…')).toBe(true)
    expect(one(start, `SUMMARY:${'x'.repeat(250)}`).name).toBe('x'.repeat(250))
  })

  it('hold nothing that no text may hold', ({ expect }) => {
    const event = one(start, 'SUMMARY:A\u0000B\u0007\\nC\uD800', 'DESCRIPTION:\u007fX\tY ')
    expect([event.name, event.details]).toEqual(['AB C\uFFFD', 'X\tY'])
  })

  it('that are missing have a stand-in or are empty', ({ expect }) => {
    expect(one(start)).toMatchObject({
      name: 'Untitled',
      details: '',
      location: '',
      url: '',
      categories: '',
      alert: '',
      status: 'confirmed',
      showAs: 'busy',
    })
    expect(one(start, 'SUMMARY: ').name).toBe('Untitled')
  })

  it('keep web addresses and no others', ({ expect }) => {
    expect(one(start, 'URL:https://club.example/a?b=1').url).toBe('https://club.example/a?b=1')
    expect(one(start, 'URL;VALUE=URI:http://club.example').url).toBe('http://club.example')
    for (const url of ['javascript:alert(1)', 'mailto:a@club.example', 'club.example', 'https://']) {
      expect(one(start, `URL:${url}`).url).toBe('')
    }
  })

  it('have categories as paths', ({ expect }) => {
    expect(one(start, 'CATEGORIES:Cup,Under 9\\, girls', 'CATEGORIES:Cup').categories).toBe(
      'Cup,Under 9  girls',
    )
    expect(one(start, `CATEGORIES:${'x'.repeat(499)},second`).categories).toBe('x'.repeat(499))
  })

  it('say status, time and alarms', ({ expect }) => {
    const alarm = (trigger: string, action = 'DISPLAY') =>
      `BEGIN:VALARM\r\nACTION:${action}\r\nTRIGGER${trigger}\r\nEND:VALARM`
    expect(one(start, 'STATUS:CANCELLED', 'TRANSP:TRANSPARENT')).toMatchObject({
      status: 'cancelled',
      showAs: 'free',
    })
    expect(one('DTSTART:20300501', 'STATUS:TENTATIVE').showAs).toBe('free')
    expect(one('DTSTART:20300501', 'TRANSP:OPAQUE').showAs).toBe('busy')
    const alarms = [
      alarm(':-PT15M', 'EMAIL'),
      alarm(';RELATED=END:-PT5M'),
      alarm(':PT5M'),
      alarm(':-PT90M'),
      alarm(':-P1W', 'AUDIO'),
      alarm(':-PT1M'),
    ]
    expect(one(start, ...alarms)).toMatchObject({ alert: '90M', alert2: '1W' })
    expect(one(start, alarm(':PT0S'), alarm(';VALUE=DATE-TIME:20300501T080000Z'))).toMatchObject({
      alert: '0M',
      alert2: '',
    })
  })

  it('of private events stay where they are', ({ expect }) => {
    const { events, remarks } = read(
      text(entry(start, 'SUMMARY:Secret', 'CLASS:PRIVATE'), entry('UID:b', start, 'CLASS:CONFIDENTIAL')),
    )
    expect(events).toEqual([])
    expect(remarks).toBe('2 events left out: marked private.')
  })

  it('hide an occurrence of a public series, and take theirs with them', ({ expect }) => {
    const series = entry(start, 'SUMMARY:Open', 'RRULE:FREQ=DAILY')
    const change = (...lines: string[]) =>
      entry('RECURRENCE-ID:20300502T090000Z', 'DTSTART:20300502T100000Z', ...lines)
    const [event] = read(text(series, change('CLASS:PRIVATE', 'SUMMARY:Secret'))).events
    expect(event?.exceptionList).toEqual([{ date: '2030-05-02T09:00', cancelled: true }])
    expect(read(text(change('CLASS:PRIVATE'))).events).toEqual([])
    expect(read(text(entry(start, 'CLASS:PRIVATE'), change('SUMMARY:Secret'))).events).toEqual([])
    expect(read(text(entry('DTSTART:soon'), change('SUMMARY:Changed'))).events).toEqual([])
  })

  it('pass what the API asks of an event, whatever they are', ({ expect }) => {
    const names = [
      'SUMMARY',
      'DESCRIPTION',
      'LOCATION',
      'URL',
      'CATEGORIES',
      'STATUS',
      'RRULE',
      'EXDATE',
      'DURATION',
      'X-A;B',
    ]
    const line = fc.tuple(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 300 }))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { events } = read(
          text(entry(start, ...lines.map(([name, value]) => `${name}:${value.replace(/[\r\n]/g, '\\n')}`))),
        )
        expect(events.length).toBeGreaterThan(0)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a text that is no whole calendar', () => {
  it('is refused with the reason', ({ expect }) => {
    const whole = text(entry(start))
    expect(refusal(whole)).toBe('')
    expect(refusal(`\uFEFF\n ${whole}`)).toBe('')
    expect(refusal(whole.replaceAll('\r\n', '\n'))).toBe('')
    expect(refusal('<!DOCTYPE html><html>')).toContain('web page')
    expect(refusal('')).toContain('BEGIN:VCALENDAR')
    expect(refusal('hello')).toContain('BEGIN:VCALENDAR')
    expect(refusal(whole.slice(0, -18))).toContain('breaks off')
    expect(refusal(whole.slice(0, whole.length / 2))).toContain('breaks off')
    expect(refusal(whole.replace('END:VEVENT', 'END:VTODO'))).toContain('not closed in order')
    expect(refusal(`BEGIN:VCALENDAR\r\n${'BEGIN:VEVENT\r\n'.repeat(50)}`)).toContain('nested')
    expect(refusal(text(...Array.from({ length: 20_001 }, () => 'BEGIN:VEVENT\r\nEND:VEVENT')))).toContain(
      '20000 entries',
    )
    expect(refusal(text(...Array.from({ length: 10_001 }, (_, n) => entry(`UID:${n}`, start))))).toContain(
      '10000 events',
    )
  })

  it('costs no more time for what its lines are like', ({ expect }) => {
    const size = 4_000_000
    const begin = performance.now()
    for (const line of [
      `SUMMARY:${'x'.repeat(size)}`,
      `SUMMARY${';A=1'.repeat(size / 4)}:x`,
      `SUMMARY;A="${':;'.repeat(size / 2)}`,
      `EXDATE:${'20300506T190000Z,'.repeat(size / 17)}`,
      `RRULE:${'FREQ=DAILY;'.repeat(size / 11)}`,
      `CATEGORIES:${'a,'.repeat(size / 2)}`,
      `DESCRIPTION:${'\\n'.repeat(size / 2)}`,
      ' \r\n'.repeat(size / 3),
      `DURATION:P${'1D'.repeat(size / 2)}`,
    ]) {
      read(text(entry(start, 'RRULE:FREQ=DAILY', line)))
    }
    expect(performance.now() - begin).toBeLessThan(30_000)
  })
})

describe('the bytes of a text', () => {
  it('are UTF-8, or what else they can be', ({ expect }) => {
    const bytes = (...list: number[]) => new Uint8Array(list)
    expect(decodeText(bytes(0xc3, 0xa9), '')).toBe('é')
    expect(decodeText(bytes(0xef, 0xbb, 0xbf, 0x41), '')).toBe('A')
    expect(decodeText(bytes(0xc3, 0xa9), 'text/calendar; charset=iso-8859-1')).toBe('é')
    expect(decodeText(bytes(0xe9), 'text/calendar; charset=ISO-8859-1')).toBe('é')
    expect(decodeText(bytes(0xe9), 'text/calendar')).toBe('é')
    expect(decodeText(bytes(0xe9), 'text/calendar; charset=nonsense')).toBe('é')
    expect(decodeText(bytes(0xcf), 'text/calendar; charset="koi8-r"')).toBe('о')
    expect(decodeText(bytes(0xff, 0xfe, 0x41, 0), '')).toBe('A')
    expect(decodeText(bytes(0, 0x41), 'text/calendar; charset=utf-16be')).toBe('A')
  })
})
