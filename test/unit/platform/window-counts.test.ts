import { describe, it } from 'vitest'
import { WindowCounts } from '../../../src/platform/window-counts'

describe('counts of a window', () => {
  it('go on until it ends, each key for itself, and begin anew with what comes next', ({ expect }) => {
    const counts = new WindowCounts(10_000)
    const at = (key: string, ...instants: number[]) => instants.map((instant) => counts.add(key, instant))
    expect(at('a', 50_000, 50_000, 59_999)).toEqual([1, 2, 3])
    expect(at('b', 59_999)).toEqual([1])
    expect(at('a', 60_000, 60_001)).toEqual([1, 2])
  })

  it('begin anew where the clock was set back', ({ expect }) => {
    const counts = new WindowCounts(10_000)
    expect([counts.add('a', 50_000), counts.add('a', 49_999), counts.add('a', 49_999)]).toEqual([1, 1, 2])
  })

  it('of more keys than there is room for begin anew, those that come often with them', ({ expect }) => {
    const counts = new WindowCounts(10_000, 3)
    for (const key of ['a', 'a', 'b', 'c']) counts.add(key, 1)
    expect(counts.add('a', 1)).toBe(3)
    expect([counts.add('d', 1), counts.add('a', 1)]).toEqual([1, 1])
  })
})
