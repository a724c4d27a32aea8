import { describe, it } from 'vitest'
import { torture } from '../../scripts/torture/torture.mjs'

/** `SEED=` makes other choices; the moments of the kills differ each time anyway. */
const seed = process.env.SEED || 'short'

describe('a server that is killed under load', () => {
  it('loses nothing that it acknowledged and does nothing by half', async ({ expect }) => {
    const { figures, violations } = await torture({ seed, kills: 3, longestMs: 2_500 })
    expect(violations, `SEED=${seed} npm run torture repeats the choices`).toEqual([])
    // Else it would have shown nothing.
    expect(figures.kills).toBeGreaterThanOrEqual(3)
    expect(figures['messages received']).toBeGreaterThan(20)
    expect(figures['companies compared']).toBe(3)
  })
})
