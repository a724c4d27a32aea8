import { env } from 'cloudflare:workers'
import { afterAll, describe, it } from 'vitest'
import { allSamples } from './all-samples'
import { sendDraft } from './request'
import { routesThereAre } from './routes'
import { aWorld } from './world'

// Which one a path without a name means is of concern to other tests.
afterAll(() => env.DB.prepare("DELETE FROM marketplaces WHERE tenant = 'default'").run())

describe('the valid requests that bad input is made from', () => {
  it('are of every route that there is, and of no other', async ({ expect }) => {
    const samples = await allSamples(await aWorld())
    expect(Object.keys(samples).sort()).toEqual(routesThereAre())
  })

  it('are accepted', async ({ expect }) => {
    const refused: string[] = []
    for (const [route, { make }] of Object.entries(await allSamples(await aWorld()))) {
      const seen = await sendDraft(await make())
      if (!('status' in seen) || seen.status >= 400)
        refused.push(`${route}: ${JSON.stringify(seen).slice(0, 600)}`)
    }
    expect(refused).toEqual([])
  })
})
