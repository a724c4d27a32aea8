import { describe, it } from 'vitest'
import { expectNoFault, share } from './expected'
import { fuzz, table } from './fuzz'
import { billerSamples, tokenByBasic } from './samples-billers'
import { aWorld } from './world'

describe('bad input to payments and the token service', () => {
  it('gets no 5xx, changes nothing and is told so in the envelope', { timeout: 900_000 }, async ({
    expect,
  }) => {
    const world = await aWorld()
    expectNoFault(expect, await fuzz(world, billerSamples(world), table, share), 100)
  })

  it('is refused of a client that authenticates by HTTP Basic, too', { timeout: 900_000 }, async ({
    expect,
  }) => {
    const world = await aWorld()
    expectNoFault(expect, await fuzz(world, tokenByBasic(world), table, Math.ceil(share / 6)), 30)
  })
})
