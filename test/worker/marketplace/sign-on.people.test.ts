import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { aMarketplace } from '../../support/marketplace'
import { count } from '../../support/rows'
import { opened, post, respond, seen, signedOnAs, signOnAs, startSignOn } from '../../support/sign-on'

describe('an initial sign-on', () => {
  it('makes a company of a group that is not known (1.2.1), with its first user (1.2.3)', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace({ trialDays: 14 })
    await signedOnAs(marketplace, {
      group_name: 'Acme Lending',
      group_timezone: 'Europe/Amsterdam',
      group_currency: 'EUR',
      group_country: 'NL',
    })
    const company = await seen(marketplace)
    expect(company).toMatchObject({
      status: 'active',
      name: 'Acme Lending',
      timezone: 'Europe/Amsterdam',
      currency: 'EUR',
      users: [
        {
          uid: 'usr-1',
          email: 'ann@example.com',
          firstName: 'Ann',
          lastName: 'Lee',
          role: 'Admin',
          status: 'active',
        },
      ],
    })
    expect(Date.parse(company.trialEndsAt ?? '')).toBeGreaterThan(Date.now() + 13 * 86_400_000)
    const of = 'WHERE publisher_id = ?'
    expect(await count(`api_keys ${of}`, company.publisherId)).toBe(1)
    expect(await count(`calendars ${of} AND reference = 'connec-events'`, company.publisherId)).toBe(1)
  })

  it('makes a user in a company that is known (1.2.2), a Member where no role is told', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { uid: 'usr-2', name: 'Ben', surname: 'Oh', email: 'ben@example.com' })
    const { users } = await seen(marketplace)
    expect(users.map(({ uid, firstName, lastName, role }) => [uid, firstName, lastName, role])).toEqual([
      ['usr-1', 'Ann', 'Lee', 'Admin'],
      ['usr-2', 'Ben', 'Oh', 'Member'],
    ])
  })

  it('links a known user whose e-mail is unique (1.4.1), and the session reaches only the company of the assertion', async ({
    expect,
  }) => {
    const [one, two] = [await aMarketplace(), await aMarketplace()]
    const email = `${newId()}@example.com`
    await signedOnAs(one, { email: email.toUpperCase() })
    const session = await signedOnAs(two, { uid: 'usr-9', group_uid: 'cld-9', email })
    const [theirs] = (await seen(one)).users
    const [ours] = (await seen(two, 'cld-9')).users
    expect(ours?.userId).toBe(theirs?.userId)
    const { publisher } = await opened(session)
    expect(publisher.id).toBe((await seen(two, 'cld-9')).publisherId)
    // A refresh there changes nothing here.
    await signedOnAs(two, { uid: 'usr-9', group_uid: 'cld-9', name: 'Anna', email: 'anna@example.com' })
    expect((await seen(one)).users).toEqual([theirs])
    expect((await seen(two, 'cld-9')).users).toMatchObject([{ firstName: 'Anna', email: 'anna@example.com' }])
  })

  it('is one, however many come at a time: one company, one user', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const responses = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const started = await startSignOn(marketplace)
        return { started, response: await respond(marketplace, started) }
      }),
    )
    const before = await count('publishers')
    const answers = await Promise.all(
      responses.map(({ started, response }) => post(marketplace, response, started)),
    )
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 12 }, () => 303))
    expect(await count('publishers')).toBe(before + 1)
    expect((await seen(marketplace)).users).toHaveLength(1)
    expect(await count('user_identities WHERE tenant = ?', marketplace.tenant)).toBe(1)
  })
})

describe('a subsequent sign-on', () => {
  it('lets a known user into their account (1.3.1), with names, e-mail and role of now', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    const [before] = (await seen(marketplace)).users
    const session = await signedOnAs(marketplace, {
      name: 'Anna',
      surname: 'Li',
      email: 'Anna@Example.com',
      group_role: 'power user',
    })
    const { users } = await seen(marketplace)
    expect(users).toMatchObject([
      {
        userId: before?.userId,
        firstName: 'Anna',
        lastName: 'Li',
        email: 'anna@example.com',
        role: 'Power User',
      },
    ])
    expect((await opened(session)).user.id).toBe(before?.userId)
  })

  it('joins the user to a further company, and keeps what is not told', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, {
      group_uid: 'cld-2',
      group_name: null,
      name: null,
      surname: null,
      email: 'no e-mail',
    })
    const [first, second] = [await seen(marketplace), await seen(marketplace, 'cld-2')]
    expect(second.name).toBe('cld-2')
    expect(second.users).toMatchObject([{ firstName: 'Ann', lastName: 'Lee', email: 'ann@example.com' }])
    expect(second.users[0]?.userId).toBe(first.users[0]?.userId)
  })

  it('renames the company as the marketplace does, unless staff gave it a name', async ({ expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { group_name: 'Acme Two' })
    const { name, publisherId } = await seen(marketplace)
    expect(name).toBe('Acme Two')
    await env.DB.batch([
      env.DB.prepare("UPDATE publishers SET name = 'Ours' WHERE id = ?").bind(publisherId),
      env.DB.prepare('UPDATE companies SET renamed = 1 WHERE publisher_id = ?').bind(publisherId),
    ])
    await signedOnAs(marketplace, { group_name: 'Acme Three' })
    expect((await seen(marketplace)).name).toBe('Ours')
  })

  it.for([
    [{ group_role: 'Guest' }, 'Guest'],
    [{ group_role: 'Owner of everything' }, 'Guest'],
    [{ group_role: 'MEMBER' }, 'Member'],
    [{ group_role: 'Super Admin' }, 'Super Admin'],
    [{ group_role: 'Member', app_owner: 'true' }, 'Admin'],
    [{ group_role: 'Super Admin', app_owner: 'true' }, 'Super Admin'],
    [{ app_owner: 'true' }, 'Admin'],
    [{ app_owner: 'false' }, 'Member'],
    [{}, 'Member'],
  ] as const)('makes %j the role %s', async ([told, role], { expect }) => {
    const marketplace = await aMarketplace()
    await signedOnAs(marketplace)
    await signedOnAs(marketplace, { uid: 'usr-2', email: null, ...told })
    expect((await seen(marketplace)).users[1]?.role).toBe(role)
  })

  it('reads the other names of attributes, and the NameID where no uid is told', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const none = Object.fromEntries(
      ['uid', 'group_uid', 'group_name', 'name', 'surname'].map((name) => [name, null]),
    )
    const other = { group_id: 'cld-1', company_name: 'Acme', first_name: 'Ann', last_name: 'Lee' }
    expect((await signOnAs(marketplace, { nameId: 'usr-7', told: { ...none, ...other } })).status).toBe(303)
    expect(await seen(marketplace)).toMatchObject({
      name: 'Acme',
      users: [{ uid: 'usr-7', firstName: 'Ann', lastName: 'Lee' }],
    })
  })

  it('keeps one person of two groups apart in virtual mode', async ({ expect }) => {
    const marketplace = await aMarketplace({ creationMode: 'virtual' })
    for (const group of ['cld-1', 'cld-2']) {
      await signedOnAs(marketplace, {
        group_uid: group,
        virtual_uid: `usr-1.${group}`,
        virtual_email: `usr-1.${group}@example.com`,
      })
    }
    const users = (await Promise.all(['cld-1', 'cld-2'].map((group) => seen(marketplace, group)))).map(
      (company) => company.users,
    )
    expect(users).toMatchObject([
      [{ uid: 'usr-1.cld-1', email: 'usr-1.cld-1@example.com' }],
      [{ uid: 'usr-1.cld-2', email: 'usr-1.cld-2@example.com' }],
    ])
    expect(users[0]?.[0]?.userId).not.toBe(users[1]?.[0]?.userId)
  })
})
