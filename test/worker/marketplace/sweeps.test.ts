import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { runCron } from '../../support/crons'
import { aCompany, aMarketplace, aSession, aUser } from '../../support/marketplace'
import { count } from '../../support/rows'
import { signedOnAs } from '../../support/sign-on'
import { atTime } from '../../support/time'

const DAY = 86_400_000

describe('what is past its time is forgotten by the daily cron', () => {
  it('sessions and the ids of sign-ons, once neither could come again', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    const left = async () => [
      await count('portal_sessions WHERE tenant = ?', marketplace.tenant),
      await count('sso_spent WHERE tenant = ?', marketplace.tenant),
    ]
    await runCron('23 3 * * *')
    expect(await left()).toEqual([1, 2])
    await atTime(Date.now() + DAY, () => runCron('23 3 * * *'))
    expect(await left()).toEqual([0, 0])
  })

  it('the log, after 90 days', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const company = await aCompany(marketplace)
    await aSession(company, await aUser(company))
    const entries = () => count('marketplace_log WHERE tenant = ?', marketplace.tenant)
    const age = (days: number) =>
      env.DB.prepare('UPDATE marketplace_log SET at = ? WHERE tenant = ?')
        .bind(Date.now() - days * DAY, marketplace.tenant)
        .run()
    await age(89)
    await runCron('23 3 * * *')
    expect(await entries()).toBe(2)
    await age(91)
    await runCron('23 3 * * *')
    expect(await entries()).toBe(0)
  })
})
