import fc from 'fast-check'
import { describe, it } from 'vitest'
import { hmacSha256Hex, md5Hex, sameSecret, sha256Hex } from '../../../src/platform/digest'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a digest', () => {
  it.for([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['é', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
  ] as const)('of SHA-256 of %j is %s, as text and as bytes', async ([text, hex], { expect }) => {
    expect(await sha256Hex(text)).toBe(hex)
    expect(await sha256Hex(bytes(text))).toBe(hex)
  })

  it.for([
    // RFC 1321, A.5
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ] as const)('of MD5 of %j is %s', async ([text, hex], { expect }) => {
    expect(await md5Hex(bytes(text))).toBe(hex)
  })

  it('of HMAC-SHA256 takes text and bytes', async ({ expect }) => {
    // RFC 4231, 4.3
    const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    expect(await hmacSha256Hex('Jefe', 'what do ya want for nothing?')).toBe(hex)
    expect(await hmacSha256Hex('Jefe', bytes('what do ya want for nothing?'))).toBe(hex)
  })

  it('is of the bytes that a view shows, not of those around them', async ({ expect }) => {
    const view = bytes('xxabcxx').subarray(2, 5)
    expect(await md5Hex(view)).toBe('900150983cd24fb0d6963f7d28e17f72')
    expect(await sha256Hex(view)).toBe(await sha256Hex('abc'))
  })
})

describe('two secrets', () => {
  it.for([
    ['a', 'a', true],
    ['', '', true],
    ['é', 'é', true],
    ['a', 'b', false],
    ['a', 'A', false],
    ['a', 'ab', false],
    ['', 'a', false],
    ['é', 'e\u0301', false],
  ] as const)('%j and %j: the same is %s', async ([a, b, same], { expect }) => {
    expect(await sameSecret(a, b)).toBe(same)
  })

  it('are the same only where they are equal', async ({ expect }) => {
    const text = fc.string({ unit: 'grapheme' })
    await fc.assert(
      fc.asyncProperty(text, text, async (a, b) => {
        expect(await sameSecret(a, b)).toBe(a === b)
        expect(await sameSecret(a, a)).toBe(true)
      }),
    )
  })
})
