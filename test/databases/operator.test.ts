import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { ofPublisher } from '../../src/databases'
import { findMarketplace } from '../../src/domain/marketplace/marketplaces'
import { newId } from '../../src/platform/ids'
import { someSettings } from '../support/marketplace'
import { fetchWorker } from '../support/publisher'
import { seen, sessionOf, signOnAs } from '../support/sign-on'
import { Browser } from '../worker/portal/support'
import { aPublisherIn, database, operate } from './support'

describe('the operator of several databases', () => {
  it('lists the publishers of all of them, page by page', async ({ expect }) => {
    const made = [await aPublisherIn(0), await aPublisherIn(1), await aPublisherIn(2), await aPublisherIn(1)]
    const listed: number[] = []
    let cursor = ''
    for (let pages = 0; pages < 500; pages++) {
      const { body } = await operate(0, 'GET', `/publishers?limit=2${cursor}`)
      listed.push(...(body.data as { id: number }[]).map(({ id }) => id))
      if (body.next === undefined) break
      cursor = `&cursor=${body.next}`
    }
    expect(listed).toEqual([...new Set(listed)].sort((a, b) => a - b))
    expect(listed).toEqual(expect.arrayContaining(made.map(({ id }) => id)))
  })

  it('says which one was restored, and no other is touched', async ({ expect }) => {
    await (await aPublisherIn(1)).api.post('/calendar', { name: 'Club' })
    const headOf = (number: number) =>
      database(number).prepare('SELECT max(seq) AS head FROM changes').first<number>('head')
    const before = await headOf(0)
    const head = (await headOf(1)) ?? 0
    expect((await operate(0, 'POST', '/restored', { database: 1 })).body).toEqual({ seq: head + 2 ** 32 })
    expect(await headOf(0)).toBe(before)
    for (const body of [{}, { database: 7 }, { database: '1' }, { database: -1 }]) {
      const refused = await operate(0, 'POST', '/restored', body)
      expect([refused.status, refused.body.error]).toMatchObject([400, { code: 'validation' }])
    }
    expect(await headOf(1)).toBe(head + 2 ** 32)
  })

  it('has a database that is restored to before its beginning go on in its own range', async ({ expect }) => {
    await (await aPublisherIn(2)).api.post('/calendar', { name: 'Club' })
    const db = database(2)
    const tables = ['publishers', 'changes', 'calendars', 'subscribers', 'webhook_messages']
    await db.batch([
      ...tables.map((table) => db.prepare(`DELETE FROM ${table}`)),
      db.prepare(`DELETE FROM sqlite_sequence WHERE name IN ('publishers', 'changes')`),
    ])
    const { body } = await operate(0, 'POST', '/restored', { database: 2 })
    expect(Number(body.seq)).toBeGreaterThanOrEqual(2 ** 45 + 2 ** 32)
    const publisher = await aPublisherIn(2)
    expect(ofPublisher(env, publisher.id).DATABASE).toBe(2)
    await publisher.api.post('/calendar', { name: 'Club' })
    const latest = await db.prepare('SELECT max(seq) AS seq FROM changes').first<number>('seq')
    expect(latest).toBeGreaterThan(Number(body.seq))
  })

  it('makes a marketplace where new publishers live, and its companies come there', async ({ expect }) => {
    const tenant = `m${newId()}`
    const settings = await someSettings(tenant)
    const made = await operate(1, 'PUT', `/marketplaces/${tenant}`, settings)
    expect(made.status).toBe(201)
    // Wherever new ones go by now, it stays where it is.
    expect((await operate(2, 'PUT', `/marketplaces/${tenant}`, settings)).status).toBe(200)
    const found = await operate(0, 'GET', '/marketplaces')
    expect((found.body.data as { tenant: string }[]).filter((each) => each.tenant === tenant)).toHaveLength(1)
    const marketplace = await findMarketplace(database(1), tenant, () => env.ENCRYPTION_KEY)
    if (!marketplace) throw new Error('it lives elsewhere')
    const signedOn = await signOnAs(marketplace)
    expect(signedOn.status).toBe(303)
    const { publisherId } = await seen({ tenant })
    expect(ofPublisher(env, publisherId).DATABASE).toBe(1)
    const browser = new Browser()
    browser.cookies.set('__Host-daybook', sessionOf(signedOn))
    expect((await browser.get('/portal')).status).toBe(200)
    expect((await new Browser().get('/portal/sign-in')).html).toContain(`/maestrano/auth/saml/init/${tenant}`)
    expect((await fetchWorker(`/maestrano/auth/saml/init/${tenant}`)).status).toBe(302)
  })

  it('can’t give one name at the external issuer to clients of two databases', async ({ expect }) => {
    const publishers = [await aPublisherIn(0), await aPublisherIn(1)] as const
    const externalClientId = `ext-${newId()}`
    const make = ({ id }: { id: number }) =>
      operate(0, 'POST', `/publishers/${id}/clients`, { scopes: ['accounts.read'], externalClientId })
    const first = await make(publishers[1])
    expect(first.status).toBe(201)
    expect((await make(publishers[0])).status).toBe(409)
    const gone = await operate(0, 'DELETE', `/publishers/${publishers[1].id}/clients/${first.body.clientId}`)
    expect(gone.status).toBe(204)
    expect((await make(publishers[0])).status).toBe(201)
  })
})
