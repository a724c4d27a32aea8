import { describe, it } from 'vitest'
import { categoryNames } from '../../../src/icalendar'
import { encodeTrigger } from '../../../src/icalendar/alarm'
import { wallClock, writeDate, writeLocalDateTime, writeUtcDateTime } from '../../../src/icalendar/date-time'
import { encodeUri } from '../../../src/icalendar/uri'
import { encodeOffset } from '../../../src/icalendar/vtimezone'
import { written } from '../../support/rendered'

describe('an alert', () => {
  it.for([
    ['15M', '-PT15M'],
    ['1H', '-PT1H'],
    ['1D', '-P1D'],
    ['1W', '-P1W'],
    ['0M', '-PT0M'],
    ['999H', '-PT999H'],
    ['007D', '-P7D'],
    ['', ''],
    ['M', ''],
    ['1S', ''],
    ['1000M', ''],
    ['-1H', ''],
    ['1h', ''],
    ['1H\r\nX', ''],
    ['1H\n', ''],
  ] as const)('%j fires at %j', ([alert, expected], { expect }) => {
    expect(encodeTrigger(alert)).toBe(expected)
  })
})

describe('an address', () => {
  it.for([
    ['https://example.com/pay', 'https://example.com/pay'],
    ['http://example.com', 'http://example.com/'],
    ['HTTPS://EXAMPLE.com:443/A?b=c,d;e#f', 'https://example.com/A?b=c,d;e#f'],
    ['https://example.com/a b\u00a0\u2028', 'https://example.com/a%20b%C2%A0%E2%80%A8'],
    ['https://exämple.com/ü?ü#ü', 'https://xn--exmple-cua.com/%C3%BC?%C3%BC#%C3%BC'],
    [' https://example.com/\r\nX-EVIL:1\t', 'https://example.com/X-EVIL:1'],
    ['https://example.com/\ud83c', 'https://example.com/%EF%BF%BD'],
    ['https://example.com/#a b\u0000\u007f\u0085', 'https://example.com/#a%20b%00%7F%C2%85'],
    ['', ''],
    ['example.com', ''],
    ['//example.com', ''],
    ['https://', ''],
    ['https://exa mple.com', ''],
    ['javascript:alert(1)', ''],
    ['data:text/html,x', ''],
    ['webcal://example.com/a.ics', ''],
  ] as const)('%j is written %j', ([value, expected], { expect }) => {
    expect(encodeUri(value)).toBe(expected)
  })
})

describe('dates and times', () => {
  it.for([
    ['1970-01-01', '', '19700101', '19700101T000000'],
    ['2030-05-01', '19:00', '20300501', '20300501T190000'],
    ['2028-02-29', '09:05', '20280229', '20280229T090500'],
    ['2199-12-31', '23:59', '21991231', '21991231T235900'],
  ] as const)('%s %s is written %s and %s', ([date, time, expectedDate, expectedTime], { expect }) => {
    expect(written((out) => writeDate(out, wallClock(date, time)))).toBe(expectedDate)
    expect(written((out) => writeLocalDateTime(out, wallClock(date, time)))).toBe(expectedTime)
  })

  it('of an instant are written in UTC, its milliseconds dropped', ({ expect }) => {
    expect(written((out) => writeUtcDateTime(out, Date.UTC(2030, 4, 1, 9, 0, 7, 999)))).toBe(
      '20300501T090007Z',
    )
  })

  it.for([
    [0, '+0000'],
    [600, '+1000'],
    [-210, '-0330'],
    [825, '+1345'],
    [-30, '-0030'],
  ] as const)('an offset of %i minutes is written %s', ([minutes, expected], { expect }) => {
    expect(encodeOffset(minutes)).toBe(expected)
  })
})

describe('category names', () => {
  it.for([
    ['Sports/Basketball,Country/Australia', ['Sports', 'Basketball', 'Country', 'Australia']],
    ['Sports/Basketball,Sports/Tennis', ['Sports', 'Basketball', 'Tennis']],
    ['A/B,B/A', ['A', 'B']],
    [' A / B , , /C//', ['A', 'B', 'C']],
    ['sports,Sports', ['sports', 'Sports']],
    ['', []],
    [' ,/', []],
  ] as const)('of %j are %j', ([categories, expected], { expect }) => {
    expect(categoryNames(categories)).toEqual(expected)
  })
})
