import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { handle } from '../../support/front-door'
import { Api, fetchWorker, ORIGIN } from '../../support/publisher'

const operator = { Authorization: 'Bearer test-operator-token' }

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = operator,
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetchWorker(path, { method, headers, ...(body === undefined ? {} : { body: text }) })
  const answered = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: answered === '' ? null : JSON.parse(answered),
  }
}

describe('the operator API', () => {
  it('makes a publisher whose key, widget and secret work at once', async ({ expect }) => {
    const made = await call('POST', '/operator/publishers', { name: 'Acme', timezone: 'Europe/Amsterdam' })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      id: expect.any(Number),
      orgId: made.body.id,
      name: 'Acme',
      timezone: 'Europe/Amsterdam',
      defaultRegion: 'AU',
      apiKey: expect.stringMatching(/^[0-9a-f]{32}$/),
      apiSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
      widgetId: expect.stringMatching(/^[0-9a-f]{24}$/),
    })
    expect(made.headers.get('Cache-Control')).toBe('no-store')
    const api = new Api(made.body.apiKey, made.body.apiSecret)
    expect((await api.get('/widget')).data.map((widget: { id: string }) => widget.id)).toEqual([
      made.body.widgetId,
    ])
    expect((await api.post('/account', { name: 'Sub' })).status).toBe(403)

    const read = await call('GET', `/operator/publishers/${made.body.id}`)
    expect(read.body).toMatchObject({ id: made.body.id, name: 'Acme', partner: false })
    expect(JSON.stringify(read.body)).not.toContain(made.body.apiSecret)
  })

  it('lists publishers page by page, without secrets', async ({ expect }) => {
    for (const name of ['One', 'Two', 'Three']) await call('POST', '/operator/publishers', { name })
    const first = await call('GET', '/operator/publishers?limit=2')
    expect(first.body.data).toHaveLength(2)
    const names: string[] = []
    for (let cursor = '0'; cursor; ) {
      const page = await call('GET', `/operator/publishers?limit=2&cursor=${cursor}`)
      names.push(...page.body.data.map((publisher: { name: string }) => publisher.name))
      cursor = page.body.next ?? ''
    }
    expect(names.slice(-3)).toEqual(['One', 'Two', 'Three'])
    expect(JSON.stringify(first.body)).not.toMatch(/secret/i)
  })

  it('gives keys with their policies, and revokes them', async ({ expect }) => {
    const { body: publisher } = await call('POST', '/operator/publishers', { name: 'Acme' })
    const path = `/operator/publishers/${publisher.id}/keys`
    const key = await call('POST', path, { md5: false, expiresAt: '2040-01-01T00:00:00+01:00' })
    expect(key.status).toBe(201)
    expect(key.body).toMatchObject({ md5: false, requireNonce: false, expiresAt: '2039-12-31T23:00:00.000Z' })
    expect((await new Api(key.body.apiKey, key.body.apiSecret).get('/calendar')).status).toBe(403)

    const plain = (await call('POST', path)).body
    const api = new Api(plain.apiKey, plain.apiSecret)
    expect((await api.get('/calendar')).status).toBe(200)
    const other = (await call('POST', '/operator/publishers', { name: 'Other' })).body
    expect((await call('DELETE', `/operator/publishers/${other.id}/keys/${plain.apiKey}`)).status).toBe(404)
    expect((await call('DELETE', `${path}/${plain.apiKey}`)).status).toBe(204)
    expect((await api.get('/calendar')).status).toBe(403)
    expect((await call('DELETE', `${path}/${plain.apiKey}`)).status).toBe(204)
    const expired = (await call('POST', path, { expiresAt: '2020-01-01T00:00:00Z' })).body
    expect((await new Api(expired.apiKey, expired.apiSecret).get('/calendar')).status).toBe(403)
  })

  it.for([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(251) }, 'name'],
    [{ name: 'Acme', timezone: '+05:00' }, 'timezone'],
    [{ name: 'Acme', partner: 'yes' }, 'partner'],
    [{ name: 'Acme', defaultRegion: 'ZZ' }, 'defaultRegion'],
    [{ name: 'Acme', plan: 'gold' }, ''],
    ['{"name":', ''],
    ['[]', ''],
  ] as const)('refuses %j and makes nothing', async ([body, path], { expect }) => {
    const count = () => env.DB.prepare('SELECT count(*) AS n FROM publishers').first<number>('n')
    const before = await count()
    const refused = await call('POST', '/operator/publishers', body)
    expect([refused.status, refused.body.error.code]).toEqual([400, 'validation'])
    expect(refused.body.error.issues[0]).toMatchObject({ path, message: expect.any(String) })
    expect(await count()).toBe(before)
  })

  it('knows no such thing in its own words', async ({ expect }) => {
    for (const path of [
      '/operator/publishers/0',
      '/operator/publishers/999999',
      '/operator/publishers/x',
      '/operator/x',
    ]) {
      const missing = await call('GET', path)
      expect([path, missing.status, missing.body.error.code]).toEqual([path, 404, 'not_found'])
    }
    expect((await call('POST', '/operator/publishers/999999/keys')).status).toBe(404)
    const method = await call('DELETE', '/operator/publishers')
    expect([method.status, method.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST'])
  })

  it('lets nobody in without the token, and does not exist without one', async ({ expect }) => {
    for (const Authorization of [
      '',
      'Bearer wrong',
      'Basic dGVzdA==',
      'Bearer',
      'Bearer test-operator-tokenx',
    ]) {
      for (const path of [
        '/operator/publishers',
        '/operator/health',
        '/operator/openapi.json',
        '/operator/x',
      ]) {
        const refused = await call('GET', path, undefined, { Authorization })
        expect([refused.status, refused.body.error.code]).toEqual([401, 'unauthorized'])
      }
    }
    const { OPERATOR_TOKEN: _, ...without } = env
    const request = new Request(`${ORIGIN}/operator/health`, { headers: operator })
    expect((await handle(request, without as typeof env, createExecutionContext())).status).toBe(404)
  })

  it('tells its own reference', async ({ expect }) => {
    const { body } = await call('GET', '/operator/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    expect(Object.keys(body.paths).sort()).toEqual([
      '/operator/health',
      '/operator/marketplaces',
      '/operator/marketplaces/{tenant}',
      '/operator/marketplaces/{tenant}/groups',
      '/operator/marketplaces/{tenant}/groups/{uid}',
      '/operator/marketplaces/{tenant}/groups/{uid}/bills',
      '/operator/marketplaces/{tenant}/groups/{uid}/idmap',
      '/operator/marketplaces/{tenant}/groups/{uid}/import',
      '/operator/marketplaces/{tenant}/groups/{uid}/reactivate',
      '/operator/marketplaces/{tenant}/log',
      '/operator/openapi.json',
      '/operator/publishers',
      '/operator/publishers/{id}',
      '/operator/publishers/{id}/audit',
      '/operator/publishers/{id}/businesses/{businessId}',
      '/operator/publishers/{id}/clients',
      '/operator/publishers/{id}/clients/{clientId}',
      '/operator/publishers/{id}/keys',
      '/operator/publishers/{id}/keys/{apiKey}',
      '/operator/publishers/{id}/sign-in-links',
      '/operator/publishers/{id}/subscribers/{ecalId}',
      '/operator/publishers/{id}/subscribers/{ecalId}/export',
      '/operator/reseal',
      '/operator/restored',
    ])
    expect(body.servers).toEqual([{ url: ORIGIN }])
    expect(JSON.stringify(body)).not.toContain('/apiv2')
  })
})

describe('GET /health', () => {
  it('answers whether the database does', async ({ expect }) => {
    const health = await fetchWorker('/health')
    expect([health.status, await health.json()]).toEqual([200, { ok: true }])
    const broken = {
      ...env,
      DB: {
        prepare: () => {
          throw new Error('down')
        },
      },
    } as unknown as typeof env
    const down = await handle(new Request(`${ORIGIN}/health`), broken, createExecutionContext())
    expect([down.status, await down.json()]).toEqual([503, { ok: false }])
  })
})
