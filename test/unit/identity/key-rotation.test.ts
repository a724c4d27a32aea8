import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  type KeyTimes,
  nextGeneration,
  publishedOf,
  signerOf,
} from '../../../src/domain/identity/key-rotation'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const TOKEN_LIFE = HOUR

describe('rotation', () => {
  it('makes generations without gaps, and none before it is due', ({ expect }) => {
    expect(nextGeneration([], 5)).toEqual({ generation: 1, createdAt: 5, signsFrom: 5 })
    const first = { generation: 1, createdAt: 0, signsFrom: 0 }
    expect(nextGeneration([first], 29 * DAY - 1)).toBeNull()
    expect(nextGeneration([first], 29 * DAY)).toEqual({
      generation: 2,
      createdAt: 29 * DAY,
      signsFrom: 30 * DAY,
    })
    expect(nextGeneration([first], 40 * DAY)).toEqual({
      generation: 2,
      createdAt: 40 * DAY,
      signsFrom: 40 * DAY,
    })
  })

  it('lets a key that was made a moment later sign for a request that began before', ({ expect }) => {
    const first = { generation: 1, createdAt: 10, signsFrom: 10 }
    expect(signerOf([first], 9)).toBe(first)
    expect(signerOf([], 9)).toBeUndefined()
  })

  it('keeps each key published for as long as a token of it may live, whenever it is used', ({ expect }) => {
    const gaps = fc.array(fc.integer({ min: 0, max: 45 * DAY }), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(gaps, (waits) => {
        const keys: KeyTimes[] = []
        const signed: { by: KeyTimes; at: number }[] = []
        let now = 0
        for (const wait of waits) {
          now += wait
          const next = nextGeneration(keys, now)
          if (next) keys.push(next)
          expect(nextGeneration(keys, now)).toBeNull()
          const signer = signerOf(keys, now)
          const published = publishedOf(keys, now)
          expect(published).toContain(signer)
          expect(published.length).toBeLessThanOrEqual(3)
          for (const { by, at } of signed) if (now <= at + TOKEN_LIFE) expect(published).toContain(by)
          if (signer) {
            signed.push({ by: signer, at: now })
            expect(now - signer.createdAt).toBeLessThan(30 * DAY)
          }
        }
      }),
    )
  })
})
