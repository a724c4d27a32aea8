import { describe, it } from 'vitest'
import { expectNoFault, share } from './expected'
import { fuzz, table } from './fuzz'
import { publicSamples, signUpForm } from './samples-public'
import { aWorld } from './world'

describe('bad input to pages, files and sign-ups', () => {
  it('gets no 5xx, changes nothing and is told so in the envelope', { timeout: 900_000 }, async ({
    expect,
  }) => {
    const world = await aWorld()
    expectNoFault(expect, await fuzz(world, publicSamples(world), table, share), 80)
  })

  it('is refused of the page’s form, too', { timeout: 900_000 }, async ({ expect }) => {
    const world = await aWorld()
    expectNoFault(expect, await fuzz(world, signUpForm(world), table, Math.ceil(share / 6)), 30)
  })
})
