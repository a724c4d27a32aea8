import fc from 'fast-check'
import { describe, it } from 'vitest'
import { ByteLru } from '../../../src/platform/byte-lru'

describe('values in memory', () => {
  it('are bounded by their bytes: what was used least recently goes first', ({ expect }) => {
    const memory = new ByteLru<string>(100)
    for (const key of ['a', 'b', 'c', 'd']) memory.set(key, key, 25)
    expect(memory.get('a')).toBe('a')
    memory.set('e', 'e', 20)
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => memory.has(key))).toEqual([true, false, true, true, true])
    memory.set('a', 'A', 5)
    expect([memory.get('a'), memory.bytes]).toEqual(['A', 75])
  })

  it('leave out what would take over a quarter of all', ({ expect }) => {
    const memory = new ByteLru<string>(100)
    memory.set('small', 'small', 25)
    memory.set('large', 'large', 26)
    expect([memory.has('small'), memory.has('large')]).toEqual([true, false])
    memory.set('small', 'grown', 26)
    expect([memory.has('small'), memory.bytes]).toEqual([false, 0])
  })

  it('are counted right, whatever is done with them', ({ expect }) => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      bytes: fc.nat(40),
      gone: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const memory = new ByteLru<number>(100)
        for (const { key, bytes, gone } of steps) {
          if (gone) memory.delete(key)
          else memory.set(key, bytes, bytes)
          const kept = ['a', 'b', 'c', 'd', 'e', 'f'].map((each) => memory.get(each) ?? 0)
          expect(memory.bytes).toBe(kept.reduce((sum, each) => sum + each, 0))
          expect(memory.bytes).toBeLessThanOrEqual(100)
          if (!gone && bytes <= 25) expect(memory.get(key)).toBe(bytes)
        }
      }),
    )
  })
})
