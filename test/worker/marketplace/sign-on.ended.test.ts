import { describe, it } from 'vitest'
import { aMarketplace, hubCalls, operatorCalls } from '../../support/marketplace'
import {
  causeOf,
  opened,
  post,
  respond,
  seen,
  signedOnAs,
  signOnAs,
  startSignOn,
} from '../../support/sign-on'
import { atTime } from '../../support/time'

describe('a sign-on after a cancellation', () => {
  it('of the company is refused with whom to turn to, and uses nothing up', async ({ expect }) => {
    const marketplace = await aMarketplace({ contact: 'help@example.com <ask>' })
    await signedOnAs(marketplace)
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/${marketplace.tenant}`)
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    const refused = await post(marketplace, response, started)
    const page = await refused.text()
    expect(refused.status).toBe(403)
    expect(page).toContain('Your subscription has ended')
    expect(page).toContain('help@example.com &lt;ask&gt;')
    expect(refused.headers.get('Set-Cookie')).toBeNull()
    expect(await causeOf(page)).toMatchObject({ code: 'company_cancelled', group_uid: 'cld-1', uid: 'usr-1' })
    const path = `/marketplaces/${marketplace.tenant}/groups/cld-1/reactivate`
    await operatorCalls('POST', path, { mode: 'marketplace' })
    expect((await post(marketplace, response, started)).status).toBe(303)
  })

  it('of a company that goes on by itself is refused as for a cancelled one', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/${marketplace.tenant}`)
    await operatorCalls('POST', `/marketplaces/${marketplace.tenant}/groups/cld-1/reactivate`, {
      mode: 'standalone',
    })
    const refused = await signOnAs(marketplace)
    const page = await refused.text()
    expect([refused.status, (await causeOf(page))?.code]).toEqual([403, 'company_cancelled'])
    expect(page).toContain('Your subscription has ended')
  })

  it('of the user is refused by an assertion of before, and lets them in by a newer one', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const now = Date.now()
    await signedOnAs(marketplace)
    const started = await startSignOn(marketplace)
    const old = await respond(marketplace, started, { issueInstant: now - 5_000 })
    await hubCalls(marketplace, 'DELETE', `/maestrano/account/groups/cld-1/users/usr-1/${marketplace.tenant}`)
    expect((await seen(marketplace)).users).toMatchObject([{ status: 'blocked' }])
    const refused = await post(marketplace, old, started)
    expect([refused.status, (await causeOf(await refused.text()))?.code]).toEqual([403, 'stale_assertion'])
    expect((await seen(marketplace)).users).toMatchObject([{ status: 'blocked' }])
    await atTime(Date.now() + 2_000, () => signedOnAs(marketplace))
    expect((await seen(marketplace)).users).toMatchObject([{ uid: 'usr-1', status: 'active', role: 'Admin' }])
  })
})

describe('two marketplaces with the same uids (4)', () => {
  it('stay apart: companies, users, names, sessions and log', async ({ expect }) => {
    const [one, two] = [await aMarketplace(), await aMarketplace()]
    await signedOnAs(one, { email: null, group_name: 'One' })
    const session = await signedOnAs(two, { email: null, group_name: 'Two', name: 'Anna' })
    const [first, second] = [await seen(one), await seen(two)]
    expect([first.name, second.name]).toEqual(['One', 'Two'])
    expect(first.publisherId).not.toBe(second.publisherId)
    expect(first.users[0]?.userId).not.toBe(second.users[0]?.userId)
    expect([first.users[0]?.firstName, second.users[0]?.firstName]).toEqual(['Ann', 'Anna'])
    await hubCalls(one, 'DELETE', `/maestrano/account/groups/cld-1/${one.tenant}`)
    expect((await seen(two)).status).toBe('active')
    expect((await opened(session)).publisher.id).toBe(second.publisherId)
    const log = await operatorCalls('GET', `/marketplaces/${two.tenant}/log?group=cld-1`)
    expect(JSON.stringify(await log.json())).not.toContain('company.cancelled')
  })
})
