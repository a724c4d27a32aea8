import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import { expectNoFault, share } from './expected'
import { fuzz, table } from './fuzz'
import { marketplaceSamples } from './samples-marketplace'
import { aWorld } from './world'

// Which one a path without a name means is of concern to other tests.
afterAll(() => env.DB.prepare("DELETE FROM marketplaces WHERE tenant = 'default'").run())

describe('bad input to marketplaces’ calls', () => {
  it('gets no 5xx, changes nothing and is told so in the envelope', { timeout: 900_000 }, async ({
    expect,
  }) => {
    const world = await aWorld()
    expectNoFault(expect, await fuzz(world, await marketplaceSamples(world), table, share), 50)
  })
})
