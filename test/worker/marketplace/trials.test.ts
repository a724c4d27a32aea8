import { describe, it } from 'vitest'
import { aMarketplace, hubCalls, operatorCalls } from '../../support/marketplace'
import { signedOnAs, signOnAs } from '../../support/sign-on'
import { atTime } from '../../support/time'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()

async function trialOf({ tenant }: { tenant: string }): Promise<number | null> {
  const company = await (await operatorCalls('GET', `/marketplaces/${tenant}/groups/cld-1`)).json<{
    trialEndsAt: string | null
  }>()
  return company.trialEndsAt === null
    ? null
    : Math.round((Date.parse(company.trialEndsAt) - Date.now()) / DAY)
}

describe('the trial of a company', () => {
  it.for([
    [14, null, 14],
    [14, 7, 14],
    [14, 30, 30],
    [0, 30, 30],
    [0, null, null],
    [0, -5, null],
    [14, -5, 14],
  ] as const)(
    'ends %j days after the creation or when the marketplace says (%j), whichever is later: %j',
    async ([trialDays, told, end], { expect }) => {
      const marketplace = await aMarketplace({ trialDays })
      await signedOnAs(marketplace, { group_end_free_trial: told === null ? null : inDays(told) })
      expect(await trialOf(marketplace)).toBe(end)
    },
  )

  it('gets longer where the marketplace says so, and never shorter', async ({ expect }) => {
    const marketplace = await aMarketplace({ trialDays: 14 })
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { group_end_free_trial: inDays(20) })
    expect(await trialOf(marketplace)).toBe(20)
    await signedOnAs(marketplace, { group_end_free_trial: inDays(16) })
    expect(await trialOf(marketplace)).toBe(20)
  })

  it('is given once: over, it stays over, also after a reactivation', async ({ expect }) => {
    const marketplace = await aMarketplace({ trialDays: 1 })
    await signedOnAs(marketplace)
    const later = Date.now() + 2 * DAY
    await atTime(later, async () => {
      const end = new Date(later + 10 * DAY).toISOString()
      const again = await signOnAs(marketplace, { now: later, told: { group_end_free_trial: end } })
      expect(again.status).toBe(303)
    })
    expect(await trialOf(marketplace)).toBe(1)
    const fresh = await aMarketplace({ trialDays: 14 })
    await signedOnAs(fresh)
    await hubCalls(fresh, 'DELETE', `/maestrano/account/groups/cld-1/${fresh.tenant}`)
    await operatorCalls('POST', `/marketplaces/${fresh.tenant}/groups/cld-1/reactivate`, {
      mode: 'marketplace',
    })
    await signedOnAs(fresh, { group_end_free_trial: inDays(30) })
    expect(await trialOf(fresh)).toBeLessThanOrEqual(0)
  })
})
