import { describe, it } from 'vitest'
import { torture } from '../../scripts/torture/torture.mjs'

/** Another seed each time finds more in the long run; a failure names it, and `SEED=` repeats its choices. */
const seed = process.env.SEED || crypto.randomUUID().slice(0, 8)

describe('a server that is killed under load', () => {
  it('loses nothing that it acknowledged and does nothing by half', async ({ expect }) => {
    const { figures, violations } = await torture({ seed, kills: 3, longestMs: 2_500 })
    expect(violations, `SEED=${seed} npm run torture repeats the choices`).toEqual([])
    // Else it would have shown nothing.
    expect(figures.kills).toBeGreaterThanOrEqual(3)
    expect(figures['messages received']).toBeGreaterThan(20)
  })
})
