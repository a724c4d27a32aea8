import fc from 'fast-check'
import { describe, it } from 'vitest'
import { z } from 'zod'
import {
  categoryPaths,
  characters,
  fieldIssues,
  flag,
  httpUrl,
  manyLines,
  oneLine,
  optional,
  timeZoneName,
} from '../../../src/domain/fields'

/** What a value is stored as, or the messages of its refusal. */
function store(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  return result.success ? result.data : { refused: result.error.issues.map((issue) => issue.message) }
}

const refused = (...messages: string[]) => ({ refused: messages })

describe('a text on one line', () => {
  it.for([
    ['Payment Due', 'Payment Due'],
    ['  Payment Due\t', 'Payment Due'],
    ['\r\nPayment\r\nDue\n', 'Payment Due'],
    ['a\rb', 'a b'],
    ['a\n\nb', 'a  b'],
    ['a\r\n\r\nb', 'a  b'],
    ['a\tb', 'a\tb'],
    ['é👋', 'é👋'],
    ['', ''],
    [' \r\n ', ''],
    ['\u0085a\u2028b', '\u0085a\u2028b'],
    ['👋'.repeat(20), '👋'.repeat(20)],
    [`  ${'x'.repeat(20)}  `, 'x'.repeat(20)],
  ] as const)('%j is stored as %j', ([value, stored], { expect }) => {
    expect(store(oneLine(20), value)).toBe(stored)
  })

  it.for([
    ['NUL', 'a\0b', 'Must not hold control characters.'],
    ['VT', 'a\u000bb', 'Must not hold control characters.'],
    ['ESC', '\u001b[1m', 'Must not hold control characters.'],
    ['US', 'a\u001f', 'Must not hold control characters.'],
    ['DEL', '\u007fa', 'Must not hold control characters.'],
    ['a lone high surrogate', 'a\ud83d', 'Must be well-formed Unicode.'],
    ['a lone low surrogate', '\udc4ba', 'Must be well-formed Unicode.'],
    ['21 characters', 'x'.repeat(21), 'Must not have more than 20 characters.'],
    ['21 characters of two units', '👋'.repeat(21), 'Must not have more than 20 characters.'],
    ['nothing', undefined, 'Is required.'],
    ['null', null, 'Must be a text.'],
    ['a number', 7, 'Must be a text.'],
    ['an array', ['a'], 'Must be a text.'],
  ] as const)('is refused with %s', ([, value, message], { expect }) => {
    expect(store(oneLine(20), value)).toEqual(refused(message))
  })

  it('that is required is refused where only white space is given', ({ expect }) => {
    expect(store(oneLine(20, 1), ' \n ')).toEqual(refused('Must not be empty.'))
    expect(store(oneLine(20, 1), 'x')).toBe('x')
    expect(store(oneLine(20, 8), 'short')).toEqual(refused('Must have at least 8 characters.'))
  })
})

describe('a text of many lines', () => {
  it.for([
    ['a\r\nb', 'a\nb'],
    ['a\rb', 'a\nb'],
    ['a\n\rb', 'a\n\nb'],
    ['\n a\n\n', 'a'],
    ['a\r\n\r\nb\tc', 'a\n\nb\tc'],
  ] as const)('%j is stored as %j', ([value, stored], { expect }) => {
    expect(store(manyLines(20), value)).toBe(stored)
  })

  it('counts CRLF as one character', ({ expect }) => {
    expect(store(manyLines(3), 'a\r\nb')).toBe('a\nb')
  })
})

describe('every text', () => {
  it('that is stored is trimmed, well-formed and free of control characters', ({ expect }) => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))
    fc.assert(
      fc.property(text, (value) => {
        for (const [schema, allowed] of [
          [oneLine(50), /[^\P{Cc}\t\u0080-\u009f]/u],
          [manyLines(50), /[^\P{Cc}\t\n\u0080-\u009f]/u],
        ] as const) {
          const result = schema.safeParse(value)
          if (!result.success) continue
          expect(result.data).not.toMatch(allowed)
          expect(result.data).toBe(result.data.trim())
          expect(result.data.isWellFormed()).toBe(true)
          expect(store(schema, result.data)).toBe(result.data)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('is counted in characters', ({ expect }) => {
    expect(characters('')).toBe(0)
    expect(characters('aé')).toBe(2)
    expect(characters('👋👋')).toBe(2)
    expect(characters('e\u0301')).toBe(2)
  })
})

describe('a boolean', () => {
  it.for([true, 'true', 'TRUE', 'True', '1', 1, 'yes', 'YES', 'yEs'])('%j is true', (value, { expect }) => {
    expect(store(flag, value)).toBe(true)
  })

  it.for([false, 'false', 'FALSE', '0', 0, 'no', 'NO', 'No'])('%j is false', (value, { expect }) => {
    expect(store(flag, value)).toBe(false)
  })

  it.for(['', ' true', 'on', 'off', 'y', '2', 2, -1, 0.5, 'null', null, undefined, [], [true], {}])(
    '%j is neither',
    (value, { expect }) => {
      expect(store(flag, value)).toEqual(refused('Must be true or false.'))
    },
  )
})

describe('a time zone', () => {
  it('is stored in its proper letter case, an alias as it is', ({ expect }) => {
    expect(store(timeZoneName, 'australia/melbourne')).toBe('Australia/Melbourne')
    expect(store(timeZoneName, ' asia/calcutta ')).toBe('Asia/Calcutta')
    expect(store(timeZoneName, 'utc')).toBe('UTC')
  })

  it.for(['', '+10:00', 'AEST', 'Melbourne', 'Australia/Nowhere'])('is not %j', (value, { expect }) => {
    expect(store(timeZoneName, value)).toEqual(
      refused('Must be an IANA time zone such as Australia/Melbourne.'),
    )
  })
})

describe('an address', () => {
  it.for([
    'https://example.com/pay',
    'http://example.com',
    'HTTPS://Example.com/A?b=c#d',
    'https://example.com:8443/a',
    'https://münchen.de/ä',
    'https://example.com/a%20b',
    'https://localhost/',
    '',
  ])('%j is kept as it was written', (value, { expect }) => {
    expect(store(httpUrl(2000), value)).toBe(value)
  })

  it.for([
    'example.com',
    '/pay',
    '//example.com',
    'https://',
    'https://a b.com/',
    'https://example.com/a b',
    'https://example.com/a\tb',
    'javascript:alert(1)',
    'ftp://example.com/',
    'webcal://example.com/a.ics',
    'mailto:ann@example.com',
    'https://example.com:99999/',
  ])('%j is none', (value, { expect }) => {
    expect(store(httpUrl(2000), value)).toEqual(refused('Must be an absolute http or https URL.'))
  })

  it('has at most its number of characters', ({ expect }) => {
    const address = `https://example.com/${'a'.repeat(1980)}`
    expect(store(httpUrl(2000), address)).toBe(address)
    expect(store(httpUrl(2000), `${address}a`)).toEqual(refused('Must not have more than 2000 characters.'))
  })
})

describe('category paths', () => {
  it('are kept as they were written, up to 500 characters', ({ expect }) => {
    expect(store(categoryPaths, 'Sports/Basketball, Country/Australia')).toBe(
      'Sports/Basketball, Country/Australia',
    )
    expect(store(categoryPaths, 'x'.repeat(501))).toEqual(refused('Must not have more than 500 characters.'))
  })
})

describe('an optional field', () => {
  it('may be left out, cleared or given', ({ expect }) => {
    expect(store(optional(oneLine(5)), undefined)).toBeUndefined()
    expect(store(optional(oneLine(5)), null)).toBeNull()
    expect(store(optional(oneLine(5)), ' a ')).toBe('a')
    expect(store(optional(oneLine(5)), 'abcdef')).toEqual(refused('Must not have more than 5 characters.'))
  })
})

describe('what is wrong', () => {
  it('is told with the path of the field', ({ expect }) => {
    const body = z.object({ name: oneLine(5, 1), quickLink: z.array(z.object({ url: httpUrl(20) })) })
    const result = body.safeParse({ name: '', quickLink: [{ url: '' }, { url: 'x' }] })
    expect(fieldIssues(result.error ?? new z.ZodError([]))).toEqual([
      { field: 'name', message: 'Must not be empty.' },
      { field: 'quickLink.1.url', message: 'Must be an absolute http or https URL.' },
    ])
  })
})
