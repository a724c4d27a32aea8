import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import { allSamples } from './all-samples'
import { expectNoFault } from './expected'
import { fuzzByChance } from './fuzz'
import { generate } from './generate'
import { aWorld } from './world'

/** The same in every run, unless `VITE_FUZZ_SEED` and `VITE_FUZZ_RUNS` say otherwise. */
const seed = Number(import.meta.env.VITE_FUZZ_SEED ?? 20_300_501)
const runs = Number(import.meta.env.VITE_FUZZ_RUNS ?? 400)

// Which one a path without a name means is of concern to other tests.
afterAll(() => env.DB.prepare("DELETE FROM marketplaces WHERE tenant = 'default'").run())

describe('bad input that chance made', () => {
  it(`gets no 5xx and changes nothing, on whichever route (seed ${seed})`, { timeout: 900_000 }, async ({
    expect,
  }) => {
    const world = await aWorld()
    const samples = Object.entries(await allSamples(world))
    // A restore ends the credentials of all others.
    const rest = Object.fromEntries(samples.filter(([route]) => route !== 'POST /operator/restored'))
    const report = await fuzzByChance(world, rest, generate(seed, runs))
    expectNoFault(expect, report, runs * 0.9)
  })
})
