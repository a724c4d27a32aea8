import { describe, it } from 'vitest'
import { expectNoFault, share } from './expected'
import { fuzz, table } from './fuzz'
import { portalSamples } from './samples-portal'
import { aWorld } from './world'

describe('bad input to the portal', () => {
  it('gets no 5xx, changes nothing and is told so in the envelope', { timeout: 900_000 }, async ({
    expect,
  }) => {
    const world = await aWorld()
    expectNoFault(expect, await fuzz(world, await portalSamples(world), table, share), 200)
  })
})
