import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { count } from '../../support/rows'
import { aClient, askToken, form, operate, tokenOf, verify } from './support'

const rights = { scopes: ['schedules.read'] }

describe('a client', () => {
  it('is made with what it may do, and its secret is shown once', async ({ expect }) => {
    const { id } = await aPublisher()
    const values = {
      scopes: ['accounts.write', 'schedules.read'],
      businesses: ['MELB01', 'melb01'],
      rateLimit: { limit: 5, windowSeconds: 60 },
      externalClientId: 'auth0|client 1',
    }
    const { status, body } = await operate('POST', `/operator/publishers/${id}/clients`, values)
    expect(status).toBe(201)
    expect(body).toEqual({
      clientId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      clientSecret: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      ...values,
    })
    const answer = await askToken(form({ publisherId: id, ...body }))
    expect([answer.status, answer.body.scope]).toEqual([200, 'accounts.write schedules.read'])
  })

  it.for([{}, { businesses: null, rateLimit: null, externalClientId: null }])(
    'reaches every business where %j is said',
    async (values, { expect }) => {
      const { id } = await aPublisher()
      const { status, body } = await operate('POST', `/operator/publishers/${id}/clients`, {
        ...rights,
        ...values,
      })
      expect(status).toBe(201)
      expect(body).toMatchObject({ businesses: null, rateLimit: null, externalClientId: null })
    },
  )

  it('may reach no business at all', async ({ expect }) => {
    const client = await aClient({ businesses: [] })
    expect((await verify(await tokenOf(client)))?.businesses).toEqual([])
  })

  it.for<[unknown, string]>([
    [{}, 'scopes'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: 'schedules.read' }, 'scopes'],
    [{ scopes: ['openid'] }, 'scopes.0'],
    [{ scopes: ['service.read'] }, 'scopes.0'],
    [{ scopes: ['schedules.read', 'schedules.read'] }, 'scopes'],
    [{ ...rights, businesses: 'MELB01' }, 'businesses'],
    [{ ...rights, businesses: [''] }, 'businesses.0'],
    [{ ...rights, businesses: ['MELB-01'] }, 'businesses.0'],
    [{ ...rights, businesses: ['ABCDEFGHIJ123456'] }, 'businesses.0'],
    [{ ...rights, businesses: ['A', 'A'] }, 'businesses'],
    [{ ...rights, rateLimit: 5 }, 'rateLimit'],
    [{ ...rights, rateLimit: {} }, 'rateLimit.limit'],
    [{ ...rights, rateLimit: { limit: 0, windowSeconds: 60 } }, 'rateLimit.limit'],
    [{ ...rights, rateLimit: { limit: 1_000_001, windowSeconds: 60 } }, 'rateLimit.limit'],
    [{ ...rights, rateLimit: { limit: 1.5, windowSeconds: 60 } }, 'rateLimit.limit'],
    [{ ...rights, rateLimit: { limit: 1, windowSeconds: 0 } }, 'rateLimit.windowSeconds'],
    [{ ...rights, rateLimit: { limit: 1, windowSeconds: 86_401 } }, 'rateLimit.windowSeconds'],
    [{ ...rights, externalClientId: '' }, 'externalClientId'],
    [{ ...rights, externalClientId: ' x' }, 'externalClientId'],
    [{ ...rights, externalClientId: 'x'.repeat(256) }, 'externalClientId'],
    [{ ...rights, externalClientId: 7 }, 'externalClientId'],
    [{ ...rights, name: 'x' }, ''],
  ])('is not made of %j', async ([values, path], { expect }) => {
    const { id } = await aPublisher()
    const before = await count('clients')
    const { status, body } = await operate('POST', `/operator/publishers/${id}/clients`, values)
    expect([status, body.error.code]).toEqual([400, 'validation'])
    expect(body.error.issues[0]).toEqual({ path, message: expect.any(String) })
    expect(await count('clients')).toBe(before)
  })

  it('accepts the limits of what it may be', async ({ expect }) => {
    const { id } = await aPublisher()
    for (const values of [
      { rateLimit: { limit: 1, windowSeconds: 1 } },
      { rateLimit: { limit: 1_000_000, windowSeconds: 86_400 } },
      { externalClientId: 'y'.repeat(255) },
      { businesses: ['a', 'ABCDEFGHIJ12345'] },
    ]) {
      const made = await operate('POST', `/operator/publishers/${id}/clients`, { ...rights, ...values })
      expect([made.status, made.body]).toEqual([201, expect.objectContaining(values)])
    }
  })

  it('is revoked for good, by its own publisher’s path only', async ({ expect }) => {
    const client = await aClient()
    const other = await aPublisher()
    const token = await tokenOf(client)
    const path = (id: number | string) => `/operator/publishers/${id}/clients/${client.clientId}`
    for (const id of [other.id, 999_999, 'x', '0', '01']) {
      const refused = await operate('DELETE', path(id))
      expect([refused.status, refused.body.error.code]).toEqual([404, 'not_found'])
    }
    expect(await verify(token)).not.toBeNull()
    expect((await operate('DELETE', path(client.publisherId))).status).toBe(204)
    expect(await verify(token)).toBeNull()
    expect((await askToken(form(client))).body).toEqual({ error: 'invalid_client' })
    expect((await operate('DELETE', path(client.publisherId))).status).toBe(204)
    expect((await operate('DELETE', `/operator/publishers/${client.publisherId}/clients/x`)).status).toBe(404)
  })

  it('belongs to a publisher that exists', async ({ expect }) => {
    for (const id of [999_999, 0, 'x', '-1']) {
      const { status, body } = await operate('POST', `/operator/publishers/${id}/clients`, rights)
      expect([status, body.error.code]).toEqual([404, 'not_found'])
    }
  })

  it('has its external name alone, over all publishers, while it lives', async ({ expect }) => {
    const externalClientId = crypto.randomUUID()
    const first = await aClient({ externalClientId })
    const { id } = await aPublisher()
    const again = () => operate('POST', `/operator/publishers/${id}/clients`, { ...rights, externalClientId })
    const taken = await again()
    expect([taken.status, taken.body.error.code]).toEqual([409, 'already_exists'])
    await operate('DELETE', `/operator/publishers/${first.publisherId}/clients/${first.clientId}`)
    expect((await again()).status).toBe(201)
  })
})
