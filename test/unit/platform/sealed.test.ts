import fc from 'fast-check'
import { describe, it } from 'vitest'
import { seal, unseal } from '../../../src/platform/sealed'

const KEY = btoa('0123456789abcdef0123456789abcdef')
const OTHER_KEY = btoa('0123456789abcdef0123456789abcdeF')

function changeByte(sealed: string, at: number): string {
  const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0))
  bytes.set([(bytes.at(at) ?? 0) ^ 1], at < 0 ? bytes.length + at : at)
  return btoa(String.fromCharCode(...bytes))
}

describe('a sealed secret', () => {
  it('opens with its key and its owner', async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (secret, owner) => {
        expect(await unseal(KEY, await seal(KEY, secret, owner), owner)).toBe(secret)
      }),
      { numRuns: 50 },
    )
  })

  it('is another text each time, and does not show what is in it', async ({ expect }) => {
    const texts = await Promise.all(
      Array.from({ length: 50 }, () => seal(KEY, 'demo-secret', 'key:demo-key')),
    )
    expect(new Set(texts).size).toBe(50)
    for (const text of texts) expect(atob(text)).not.toContain('demo-secret')
  })

  it('adds 28 bytes to it', async ({ expect }) => {
    expect(atob(await seal(KEY, '', 'a'))).toHaveLength(28)
    expect(atob(await seal(KEY, 'é', 'a'))).toHaveLength(30)
  })

  it('stays shut with another key, for another owner and where a byte was changed', async ({ expect }) => {
    const sealed = await seal(KEY, 'demo-secret', 'key:demo-key')
    await expect(unseal(OTHER_KEY, sealed, 'key:demo-key')).rejects.toThrow()
    await expect(unseal(KEY, sealed, 'key:other-key')).rejects.toThrow()
    await expect(unseal(KEY, sealed, '')).rejects.toThrow()
    for (const at of [0, 11, 12, 20, -1]) {
      await expect(unseal(KEY, changeByte(sealed, at), 'key:demo-key')).rejects.toThrow()
    }
  })

  it('is made with the first of several keys, and opens with any of them', async ({ expect }) => {
    const both = `${KEY} ${OTHER_KEY}\n`
    expect(await unseal(KEY, await seal(both, 'demo-secret', 'a'), 'a')).toBe('demo-secret')
    await expect(unseal(OTHER_KEY, await seal(both, 'demo-secret', 'a'), 'a')).rejects.toThrow()
    expect(await unseal(both, await seal(OTHER_KEY, 'demo-secret', 'a'), 'a')).toBe('demo-secret')
    await expect(unseal(both, await seal(OTHER_KEY, 'demo-secret', 'a'), 'b')).rejects.toThrow()
    const third = btoa('x'.repeat(32))
    await expect(unseal(both, await seal(third, 'demo-secret', 'a'), 'a')).rejects.toThrow()
  })

  it.for(['', 'AAAA', '!', btoa('x'.repeat(27))])(
    'stays shut where it is only %j',
    async (sealed, { expect }) => {
      await expect(unseal(KEY, sealed, 'a')).rejects.toThrow()
    },
  )

  it.for(['', btoa('short'), btoa('x'.repeat(16)), btoa('x'.repeat(33)), 'not-base64!'])(
    'is not made with the key %j',
    async (key, { expect }) => {
      await expect(seal(key, 'demo-secret', 'a')).rejects.toThrow('is not the base64 of 32 bytes')
    },
  )
})
