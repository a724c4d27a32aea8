import fc from 'fast-check'
import { describe, it } from 'vitest'
import { isId, newId, randomHex, toHex } from '../../../src/platform/ids'

describe('an id', () => {
  it('has 24 lower-case hex digits, and is another each time', ({ expect }) => {
    const ids = Array.from({ length: 2000 }, newId)
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{24}$/)
      expect(isId(id)).toBe(true)
    }
    expect(new Set(ids).size).toBe(2000)
  })

  it('is random in every digit, the first as well as the last', ({ expect }) => {
    const ids = Array.from({ length: 2000 }, newId)
    for (let at = 0; at < 24; at++) expect(new Set(ids.map((id) => id[at])).size).toBe(16)
  })

  it.for([
    '',
    '652375ab635fd36a5e6695f',
    '652375ab635fd36a5e6695fb0',
    '652375AB635FD36A5E6695FB',
    '652375ab635fd36a5e6695fg',
    '652375ab635fd36a5e6695fb\n',
    ' 652375ab635fd36a5e6695fb',
    'demo-widget',
  ])('is not %j', (text, { expect }) => {
    expect(isId(text)).toBe(false)
  })
})

describe('hexadecimal', () => {
  it.for([
    [[], ''],
    [[0], '00'],
    [[0x0f, 0xf0], '0ff0'],
    [[0xde, 0xad, 0xbe, 0xef], 'deadbeef'],
  ] as const)('of %j is %s', ([given, text], { expect }) => {
    expect(toHex(Uint8Array.from(given))).toBe(text)
    expect(toHex(Uint8Array.from(given).buffer)).toBe(text)
  })

  it('has two digits a byte', ({ expect }) => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const read = toHex(bytes).match(/../g) ?? []
        expect(read.map((digits) => Number.parseInt(digits, 16))).toEqual([...bytes])
      }),
    )
    expect(randomHex(16)).toMatch(/^[0-9a-f]{32}$/)
  })
})
