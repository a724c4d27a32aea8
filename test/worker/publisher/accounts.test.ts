import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { Api, aPublisher } from '../../support/publisher'
import { alreadyExists, expectInvalid, expectUntouched, forbidden } from '../../support/refusals'
import { count, logged } from '../../support/rows'
import { notPages, notTexts, notZones, oneLiners, wide } from '../../support/values'

const aPartner = () => aPublisher({ partner: true, timezone: 'Europe/Berlin' })

describe('an account', () => {
  it('is made by a partner, and works at once', async ({ expect }) => {
    const partner = await aPartner()
    const rows = await logged(async () => {
      const given = { name: 'Acme', reference: 'acme-1', timezone: 'asia/tokyo', companyType: 'lender' }
      const { status, body, data } = await partner.api.post('/account', given)
      expect(status).toBe(200)
      expect(body).toEqual({
        status: '200',
        statusLong: 'OK',
        data: {
          id: expect.any(Number),
          orgId: data.id,
          name: 'Acme',
          reference: 'acme-1',
          timezone: 'Asia/Tokyo',
          companyType: 'lender',
          apiKey: expect.stringMatching(/^[0-9a-f]{32}$/),
          apiSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
          widgetId: expect.stringMatching(/^[0-9a-f]{24}$/),
          created: expect.stringMatching(/^\d{4}-.*Z$/),
        },
      })
      const api = new Api(data.apiKey, data.apiSecret)
      expect((await api.get('/widget')).data).toMatchObject([
        { id: data.widgetId, name: 'Acme', active: true },
      ])
      expect((await api.get('/calendar')).data).toEqual([])
    })
    expect(rows).toEqual([])
    const { data } = await partner.api.get('/account')
    const api = await partner.api.post('/account', { name: 'Beta' })
    const client = new Api(api.data.apiKey, api.data.apiSecret)
    const calendar = await client.post('/calendar', { name: 'Round 1' })
    expect(calendar.data).toMatchObject({ publisherId: api.data.id, timezone: 'Europe/Berlin' })
    expect(data).toHaveLength(1)
  })

  it('has defaults, and takes null for them', async ({ expect }) => {
    const { api } = await aPartner()
    for (const body of [
      { name: 'Acme' },
      { name: 'Acme', reference: null, timezone: null, companyType: null },
    ]) {
      expect((await api.post('/account', body)).data).toMatchObject({
        name: 'Acme',
        reference: '',
        timezone: 'Europe/Berlin',
        companyType: '',
      })
    }
  })

  it('shows its secret once, and keeps it sealed', async ({ expect }) => {
    const { api } = await aPartner()
    const { data: made } = await api.post('/account', { name: 'Acme', reference: 'acme' })
    const listed = await api.get('/account')
    const { apiSecret, ...rest } = made
    expect(listed.data).toEqual([rest])
    expect(listed.text).not.toContain(apiSecret)
    const row = await env.DB.prepare('SELECT * FROM api_keys WHERE api_key = ?').bind(made.apiKey).first()
    expect(JSON.stringify(row)).not.toContain(apiSecret)
  })

  it('has fields with bounds', async ({ expect }) => {
    const { api } = await aPartner()
    await expectUntouched(expect, async () => {
      for (const [field, values] of Object.entries({
        name: [undefined, null, '', ' ', wide(251), ...notTexts],
        reference: [wide(129), ...notTexts],
        timezone: notZones,
        companyType: [wide(65), ...notTexts],
      })) {
        for (const value of values) {
          expectInvalid(expect, field, await api.post('/account', { name: 'Acme', [field]: value }), value)
        }
      }
    })
    const longest = { name: wide(250), reference: wide(128), companyType: wide(64) }
    expect((await api.post('/account', longest)).data).toMatchObject(longest)
    for (const [sent, kept] of oneLiners) {
      expect((await api.post('/account', { name: sent, companyType: sent })).data).toMatchObject({
        name: kept,
        companyType: kept,
      })
    }
  })
})

describe('an account’s reference', () => {
  it('is one of the partner’s, and free for another partner', async ({ expect }) => {
    const [one, two] = [await aPartner(), await aPartner()]
    const { data } = await one.api.post('/account', { name: 'Acme', reference: 'acme' })
    await expectUntouched(expect, async () => {
      const again = await one.api.post('/account', { name: 'Beta', reference: ' acme ' })
      expect([again.status, again.body]).toEqual([409, alreadyExists])
    })
    expect((await two.api.post('/account', { name: 'Acme', reference: 'acme' })).status).toBe(200)
    expect((await one.api.get('/account', { reference: 'acme' })).data).toMatchObject([{ id: data.id }])
    expect((await one.api.get('/account', { reference: 'beta' })).data).toEqual([])
  })

  it('is given once, of twenty that ask at once', async ({ expect }) => {
    const partner = await aPartner()
    const body = { name: 'Acme', reference: 'acme' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => partner.api.post('/account', body)))
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array.from({ length: 19 }, () => 409),
    ])
    expect(await count('publishers WHERE partner_id = ?', partner.id)).toBe(1)
    expect(
      await count('api_keys k JOIN publishers p ON p.id = k.publisher_id WHERE p.partner_id = ?', partner.id),
    ).toBe(1)
    expect(
      await count('widgets w JOIN publishers p ON p.id = w.publisher_id WHERE p.partner_id = ?', partner.id),
    ).toBe(1)
  })
})

describe('accounts', () => {
  it('made at once are told apart', async ({ expect }) => {
    const { api } = await aPartner()
    const names = Array.from({ length: 10 }, (_, at) => `Acme ${at}`)
    const answers = await Promise.all(names.map((name) => api.post('/account', { name })))
    for (const [at, { data }] of answers.entries()) {
      expect(data.name).toBe(names[at])
      const widgets = await new Api(data.apiKey, data.apiSecret).get('/widget')
      expect(widgets.data).toMatchObject([{ id: data.widgetId, name: names[at], publisherId: data.id }])
    }
  })

  it('are listed in pages, those of this partner only', async ({ expect }) => {
    const [one, two] = [await aPartner(), await aPartner()]
    expect((await one.api.get('/account')).data).toEqual([])
    for (const name of ['A', 'B', 'C']) await one.api.post('/account', { name })
    await two.api.post('/account', { name: 'D' })
    const names = async (query: Record<string, string>) =>
      (await one.api.get('/account', query)).data.map(({ name }: { name: string }) => name)
    expect(await names({})).toEqual(['A', 'B', 'C'])
    expect(await names({ limit: '2', page: '2' })).toEqual(['C'])
    expect((await one.api.get('/account', { page: '2' })).status).toBe(204)
    for (const value of notPages) {
      expectInvalid(expect, 'page', await one.api.get('/account', { page: value }))
      expectInvalid(expect, 'limit', await one.api.get('/account', { limit: value }))
    }
    expectInvalid(expect, 'limit', await one.api.get('/account', { limit: '101' }))
  })

  it('are a partner’s matter: an ordinary key is refused', async ({ expect }) => {
    const { api } = await aPublisher()
    await expectUntouched(expect, async () => {
      for (const answer of [await api.get('/account'), await api.post('/account', { name: 'Acme' })]) {
        expect([answer.status, answer.body]).toEqual([403, forbidden])
      }
    })
    const partner = await aPartner()
    const { data } = await partner.api.post('/account', { name: 'Acme' })
    const client = new Api(data.apiKey, data.apiSecret)
    expect((await client.post('/account', { name: 'Beta' })).status).toBe(403)
  })
})
