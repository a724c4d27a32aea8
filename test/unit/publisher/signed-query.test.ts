import fc from 'fast-check'
import { describe, it } from 'vitest'
import { parseSignedQuery } from '../../../src/surfaces/publisher/signature/query'

/** The parameters read from a query string, or the field and message of its refusal. */
function read(rawQuery: string): [string, string][] | readonly [string, string] {
  const query = parseSignedQuery(rawQuery)
  return query.ok ? [...query.parameters] : [query.field, query.message]
}

describe('a query string', () => {
  it.for([
    ['has no parameters', '', []],
    ['has no parameters between its separators', '&&', []],
    [
      'keeps the order in which they came',
      'b=1&a=2',
      [
        ['b', '1'],
        ['a', '2'],
      ],
    ],
    ['may end with a separator', 'a=1&', [['a', '1']]],
    ['may begin with a separator', '&a=1', [['a', '1']]],
    [
      'may have empty pairs',
      'a=1&&b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['has an empty value', 'a=', [['a', '']]],
    [
      'has a name without a value',
      'a&b=1',
      [
        ['a', ''],
        ['b', '1'],
      ],
    ],
    ['splits at the first equals sign', 'a=b=c=', [['a', 'b=c=']]],
    ['has a space for a plus', 'a=b+c', [['a', 'b c']]],
    ['has a plus for an encoded plus', 'a=b%2Bc', [['a', 'b+c']]],
    ['has an encoded separator in a value', 'a=b%26c%3Dd', [['a', 'b&c=d']]],
    ['decodes once', 'a=%2541', [['a', '%41']]],
    ['takes hexadecimal digits of both cases', 'a=%c3%A9', [['a', 'é']]],
    ['takes four bytes of UTF-8', 'a=%F0%9F%91%8B', [['a', '👋']]],
    ['takes characters that need no encoding', 'a=(*~!:/?@,;$)', [['a', '(*~!:/?@,;$)']]],
    ['decodes names', '%61%70i=1', [['api', '1']]],
    [
      'tells letters of both cases apart',
      'a=1&A=2',
      [
        ['a', '1'],
        ['A', '2'],
      ],
    ],
    ['takes dots, hyphens and underscores in names', '_a.b-C9=1', [['_a.b-C9', '1']]],
    [
      'has names that objects know',
      '__proto__=1&constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
    ['has apiSign alone', 'apiSign=x', [['apiSign', 'x']]],
    ['has apiSign256 alone', 'apiSign256=x', [['apiSign256', 'x']]],
    ['keeps C1 controls and other spaces', 'a=%C2%85%C2%A0%E2%80%A8', [['a', '\u0085\u00a0\u2028']]],
  ] as const)('%s: %s', ([, rawQuery, parameters], { expect }) => {
    expect(read(rawQuery)).toEqual(parameters)
  })

  it('takes names of 64 characters and values of 2,000, counted as characters', ({ expect }) => {
    const name = 'n'.repeat(64)
    expect(read(`${name}=1`)).toEqual([[name, '1']])
    expect(read(`a=${'é'.repeat(2000)}`)).toEqual([['a', 'é'.repeat(2000)]])
    expect(read(`a=${encodeURIComponent('👋').repeat(2000)}`)).toEqual([['a', '👋'.repeat(2000)]])
  })
})

describe('a query string is refused where', () => {
  const encoding = 'Must be percent-encoded UTF-8.'
  const names = 'Names are 1 to 64 letters, digits, dots, hyphens and underscores.'
  const once = 'Must stand only once.'
  const controls = 'Must not hold control characters.'

  it.for([
    ['a name stands twice', 'a=1&b=2&a=1', 'a', once],
    ['a name stands twice, encoded', 'apiKey=1&%61piKey=2', 'apiKey', once],
    ['a name stands twice, once without value', 'a&a=', 'a', once],
    ['both signatures stand', 'apiSign=x&apiSign256=y', 'apiSign', 'Must not stand beside apiSign256.'],
    ['both signatures stand, empty', 'apiSign256&apiSign', 'apiSign', 'Must not stand beside apiSign256.'],
    ['a percent sign is alone', 'a=%', 'a', encoding],
    ['a percent sign has one digit', 'a=%4', 'a', encoding],
    ['a percent sign has no digits', 'a=100%zz', 'a', encoding],
    ['a percent sign in a name is alone', '%=1', '', encoding],
    ['a byte is not UTF-8', 'a=%FF', 'a', encoding],
    ['a character is cut short', 'a=%C3', 'a', encoding],
    ['a character is encoded in too many bytes', 'a=%C0%AF', 'a', encoding],
    ['half of a surrogate pair is encoded', 'a=%ED%A0%80', 'a', encoding],
    ['a character is beyond Unicode', 'a=%F4%90%80%80', 'a', encoding],
    ['bytes of Latin-1 stand', 'a=caf%E9', 'a', encoding],
    ['a name is empty', '=1', '', names],
    ['a name has a space', 'a+b=1', 'a b', names],
    ['a name has brackets', 'a[]=1', 'a[]', names],
    ['a name has encoded brackets', 'a%5B0%5D=1', 'a[0]', names],
    ['a name has letters that are not ASCII', '%C3%A9=1', 'é', names],
    ['a name ends with a line break', 'a%0A=1', 'a\n', names],
    ['a name has an equals sign', 'a%3Db=1', 'a=b', names],
    ['a name has 65 characters', `${'n'.repeat(65)}=1`, 'n'.repeat(65), names],
    [
      'a value has 2,001 characters',
      `a=${'x'.repeat(2001)}`,
      'a',
      'Must not have more than 2000 characters.',
    ],
    ['a value has NUL', 'a=%00', 'a', controls],
    ['a value has TAB', 'a=b%09c', 'a', controls],
    ['a value has LF', 'a=b%0Ac', 'a', controls],
    ['a value has CR', 'a=b%0D', 'a', controls],
    ['a value has ESC', 'a=%1B', 'a', controls],
    ['a value has the last control character', 'a=%1F', 'a', controls],
    ['a value has DEL', 'a=%7F', 'a', controls],
    ['a value that nobody reads has a control character', 'unknown=%80%01', 'unknown', encoding],
  ] as const)('%s', ([, rawQuery, field, message], { expect }) => {
    expect(read(rawQuery)).toEqual([field, message])
  })

  it('a control character stands, whichever and wherever', ({ expect }) => {
    const control = fc.constantFrom(...Array.from({ length: 32 }, (_, code) => code), 0x7f)
    fc.assert(
      fc.property(fc.string(), control, fc.string(), (before, code, after) => {
        const value = encodeURIComponent(before + String.fromCharCode(code) + after)
        expect(read(`a=${value}`)).toEqual(['a', controls])
      }),
    )
  })
})

describe('every query string', () => {
  const value = fc
    .string({ unit: 'grapheme' })
    .filter((text) => text.isWellFormed() && ![...text].some((char) => char < ' ' || char === '\u007f'))
  const parameters = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/), value)

  it('reads as it was written by the standard encoders', ({ expect }) => {
    fc.assert(
      fc.property(parameters, (given) => {
        const pairs = Object.entries(given).filter(([name]) => !name.startsWith('apiSign'))
        expect(read(new URLSearchParams(pairs).toString())).toEqual(pairs)
        expect(read(pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&'))).toEqual(pairs)
      }),
    )
  })

  it('is read as the URL standard reads it, or refused', ({ expect }) => {
    const piece = fc.constantFrom('a', 'b', '=', '&', '+', '%', '%2', '%41', '%C3%A9', '%FF', 'é', '~', '%00')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const query = parseSignedQuery(pieces.join(''))
        if (query.ok) expect([...query.parameters]).toEqual([...new URLSearchParams(pieces.join(''))])
      }),
      { numRuns: 1000 },
    )
  })
})
