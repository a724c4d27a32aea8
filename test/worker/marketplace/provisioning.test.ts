import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { aCompany, aMarketplace, aUser, provisioning } from '../../support/marketplace'
import { createCompany, joinUser } from '../../support/provisioning'
import { count } from '../../support/rows'

const opsOf = async (publisherId: number) => {
  const rows = await env.DB.prepare('SELECT op FROM changes WHERE stream = ? ORDER BY seq')
    .bind(`company:${publisherId}`)
    .all<{ op: string }>()
  return rows.results.map((row) => row.op)
}

const someone = (uid: string, email: string | null = null) => ({
  uid,
  email,
  firstName: 'Ann',
  lastName: 'Lee',
  role: null,
  isOwner: false,
})

describe('a company', () => {
  it('is made with a publisher, a key pair, a widget and the calendar of its data hub', async ({
    expect,
  }) => {
    const company = await aCompany(await aMarketplace(), { name: 'Acme', timezone: 'Europe/Amsterdam' })
    expect(company).toMatchObject({ status: 'active', name: 'Acme', timezone: 'Europe/Amsterdam' })
    const of = 'WHERE publisher_id = ?'
    expect(await count(`api_keys ${of}`, company.publisherId)).toBe(1)
    expect(await count(`widgets ${of}`, company.publisherId)).toBe(1)
    expect(
      await count(
        `calendars ${of} AND id = ? AND reference = 'connec-events'`,
        company.publisherId,
        company.connecCalendarId,
      ),
    ).toBe(1)
    expect(await opsOf(company.publisherId)).toEqual(['company.created'])
    const logged = await env.DB.prepare('SELECT kind, code FROM marketplace_log WHERE group_uid = ?')
      .bind(company.groupUid)
      .all()
    expect(logged.results).toEqual([{ kind: 'company', code: 'company.created' }])
  })

  it('is one, however many first sign-ons there are at a time', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const group = {
      uid: 'cld-1',
      name: null,
      timezone: null,
      currency: null,
      country: null,
      city: null,
      email: null,
      hasCreditCard: null,
      freeTrialEndsAt: null,
    }
    const before = await count('publishers')
    const made = await Promise.all(
      Array.from({ length: 20 }, () => createCompany(provisioning(marketplace.tenant), marketplace, group)),
    )
    expect(made.filter((each) => each.isNew)).toHaveLength(1)
    expect(new Set(made.map((each) => each.company.publisherId)).size).toBe(1)
    expect(await count('publishers')).toBe(before + 1)
  })
})

describe('a user', () => {
  it('is one, however often somebody comes for the first time, and the first of a company is its Admin', async ({
    expect,
  }) => {
    const company = await aCompany(await aMarketplace())
    const ids = await Promise.all(
      Array.from({ length: 20 }, () => joinUser(provisioning(company.tenant), company, someone('usr-1'))),
    )
    expect(new Set(ids).size).toBe(1)
    const ben = await aUser(company, { uid: 'usr-2' })
    const members = await env.DB.prepare(
      'SELECT user_id, role, status FROM memberships WHERE publisher_id = ? ORDER BY joined_at, rowid',
    )
      .bind(company.publisherId)
      .all()
    expect(members.results).toEqual([
      { user_id: ids[0], role: 'Admin', status: 'active' },
      { user_id: ben.userId, role: 'Member', status: 'active' },
    ])
    expect(await opsOf(company.publisherId)).toEqual(['company.created', 'user.joined', 'user.joined'])
  })

  it('of another marketplace is joined by an e-mail that only one user has', async ({ expect }) => {
    const email = `${newId()}@example.com`
    const [first, second, third] = await Promise.all([aMarketplace(), aMarketplace(), aMarketplace()])
    const ann = await aUser(await aCompany(first), { email })
    const company = await aCompany(second)
    const same = await aUser(company, { email })
    expect(same.userId).toBe(ann.userId)
    // That user has a uid there by now.
    const other = await aUser(company, { email })
    expect(other.userId).not.toBe(ann.userId)
    // Two have the e-mail by now.
    const none = await aUser(await aCompany(third), { email })
    expect([ann.userId, other.userId]).not.toContain(none.userId)
  })
})
