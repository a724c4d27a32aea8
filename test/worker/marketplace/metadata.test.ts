import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import {
  aMarketplace,
  hubCalls,
  itsIdentity,
  MARKETPLACE_KEY,
  operatorCalls,
} from '../../support/marketplace'
import { fetchWorker, ORIGIN } from '../../support/publisher'

const pathOf = ({ tenant }: { tenant: string }) => `/maestrano/metadata/${tenant}`

describe('the metadata endpoint (1.1.1)', () => {
  it('tells the marketplace how Daybook is set up for it', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const { tenant } = marketplace
    const answer = await hubCalls(marketplace, 'GET', pathOf(marketplace))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const webhook = {
      account: {
        groups_path: `/maestrano/account/groups/:id/${tenant}`,
        group_users_path: `/maestrano/account/groups/:group_id/users/:id/${tenant}`,
        group_path: `/maestrano/account/groups/:id/${tenant}`,
        group_user_path: `/maestrano/account/groups/:group_id/users/:id/${tenant}`,
      },
      connec: {
        enabled: true,
        notifications_path: `/maestrano/connec/notifications/${tenant}`,
        notification_path: `/maestrano/connec/notifications/${tenant}`,
        external_ids: false,
        initialization_path: null,
        subscriptions: {
          company: false,
          accounts: false,
          invoices: true,
          sales_orders: false,
          purchase_orders: false,
          quotes: false,
          payments: false,
          journals: false,
          items: false,
          organizations: false,
          people: true,
          projects: false,
          tax_codes: false,
          tax_rates: false,
          events: true,
          venues: false,
          event_orders: false,
          employees: false,
          time_sheets: false,
        },
      },
    }
    const { certificate } = await itsIdentity()
    expect(await answer.json()).toEqual({
      environment: 'production',
      app: { host: ORIGIN },
      api: {
        id: `app-${tenant}`,
        version: '1.0.0',
        verify_ssl_certs: true,
        lang: 'javascript',
        lang_version: 'ES2022',
        host: marketplace.host,
        base: '/api/v1/',
      },
      sso: {
        enabled: true,
        slo_enabled: true,
        init_path: `/maestrano/auth/saml/init/${tenant}`,
        consume_path: `/maestrano/auth/saml/consume/${tenant}`,
        creation_mode: 'real',
        idm: ORIGIN,
        idp: marketplace.host,
        name_id_format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
        x509_fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/),
        x509_certificate: certificate,
      },
      connec: { enabled: true, host: marketplace.connec?.host, base_path: '/api/v2' },
      webhook,
      webhooks: webhook,
    })
  })

  it('has neither the API key nor anything named key or token', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const text = await (await hubCalls(marketplace, 'GET', pathOf(marketplace))).text()
    expect(text).not.toContain(MARKETPLACE_KEY)
    expect(text).not.toMatch(/"(\w*_)?(key|token)":/i)
  })

  it('shares nothing where the marketplace has no data hub, and only what is subscribed where it has', async ({
    expect,
  }) => {
    const none = await aMarketplace({ connec: null })
    const read = async (marketplace: Parameters<typeof pathOf>[0] & { apiId: string }) => {
      const answer = await hubCalls(marketplace, 'GET', pathOf(marketplace))
      // biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
      const { webhook, connec } = await answer.json<any>()
      const { subscriptions } = webhook.connec
      const wanted = Object.keys(subscriptions).filter((name) => subscriptions[name])
      return [connec.enabled, webhook.connec.enabled, wanted]
    }
    expect(await read(none)).toEqual([false, false, []])
    const some = await aMarketplace({
      webhooks: { subscriptions: { people: true, events: false, invoices: false } },
    })
    expect(await read(some)).toEqual([true, true, ['people']])
  })

  it('names the host that the marketplace knows', async ({ expect }) => {
    const marketplace = await aMarketplace({ appHost: 'https://calendar.partner.example' })
    const answer = await hubCalls(marketplace, 'GET', pathOf(marketplace))
    expect(await answer.json()).toMatchObject({
      app: { host: 'https://calendar.partner.example' },
      sso: { idm: 'https://calendar.partner.example' },
    })
  })

  it('asks for the credentials of the marketplace in the path', async ({ expect }) => {
    const [one, two] = [await aMarketplace(), await aMarketplace()]
    for (const credentials of [
      `${two.apiId}:${MARKETPLACE_KEY}`,
      `${one.apiId}:wrong`,
      `${one.apiId}:`,
      `:${MARKETPLACE_KEY}`,
      one.apiId,
      '',
    ]) {
      const refused = await hubCalls(one, 'GET', pathOf(one), credentials)
      expect([credentials, refused.status, await refused.json()]).toEqual([
        credentials,
        401,
        { error: 'Invalid credentials' },
      ])
      expect(refused.headers.get('WWW-Authenticate')).toBe('Basic realm="Daybook"')
    }
    for (const Authorization of ['', 'Bearer x', 'Basic', 'Basic ==', `Basic ${btoa('\xff:x')}`]) {
      const refused = await fetchWorker(pathOf(one), { headers: { Authorization } })
      expect([Authorization, refused.status]).toEqual([Authorization, 401])
    }
  })

  it('answers HEAD, and no other method', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const head = await hubCalls(marketplace, 'HEAD', pathOf(marketplace))
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const refused = await hubCalls(marketplace, method, pathOf(marketplace))
      expect([method, refused.status, refused.headers.get('Allow')]).toEqual([method, 405, 'GET, HEAD'])
    }
  })
})

describe('a path without a marketplace’s name', () => {
  const path = '/maestrano/metadata'

  it('means the one called default, else the only enabled one, else none', async ({ expect }) => {
    const enabled = await env.DB.prepare('SELECT tenant FROM marketplaces WHERE enabled = 1').all<{
      tenant: string
    }>()
    const others = JSON.stringify(enabled.results.map((row) => row.tenant))
    const setOthers = (on: number) =>
      env.DB.prepare('UPDATE marketplaces SET enabled = ? WHERE tenant IN (SELECT value FROM json_each(?))')
        .bind(on, others)
        .run()
    await setOthers(0)
    try {
      const answers = async (marketplace: { apiId: string }) =>
        (await hubCalls(marketplace, 'GET', path)).status
      const only = await aMarketplace()
      expect(await answers(only)).toBe(200)
      const second = await aMarketplace()
      expect(await answers(only)).toBe(404)
      const named = await aMarketplace({ tenant: 'default' })
      expect([await answers(named), await answers(only)]).toEqual([200, 401])
      // What is printed of the one called default carries no name.
      expect(await (await hubCalls(named, 'GET', path)).json()).toMatchObject({
        sso: { init_path: '/maestrano/auth/saml/init' },
      })
      expect((await hubCalls(named, 'GET', `${path}/default`)).status).toBe(200)
      for (const { tenant } of [named, second]) await operatorCalls('DELETE', `/marketplaces/${tenant}`)
      // There is one of that name, though it is disabled.
      expect(await answers(only)).toBe(404)
      await operatorCalls('DELETE', `/marketplaces/${only.tenant}`)
    } finally {
      await env.DB.prepare("DELETE FROM marketplaces WHERE tenant = 'default'").run()
      await setOthers(1)
    }
  })
})

describe('an unknown or disabled marketplace', () => {
  it('is 404 on every path, before credentials are looked at', async ({ expect }) => {
    const disabled = await aMarketplace()
    await operatorCalls('DELETE', `/marketplaces/${disabled.tenant}`)
    for (const tenant of [disabled.tenant, 't-unknown', 'users', '%20']) {
      for (const [method, path] of [
        ['GET', '/maestrano/metadata'],
        ['GET', '/maestrano/auth/saml/init'],
        ['POST', '/maestrano/auth/saml/consume'],
        ['DELETE', '/maestrano/account/groups/cld-1'],
        ['DELETE', '/maestrano/account/groups/cld-1/users/usr-1'],
      ] as const) {
        const refused = await hubCalls(disabled, method, `${path}/${tenant}`)
        expect([tenant, path, refused.status, await refused.json()]).toEqual([
          tenant,
          path,
          404,
          { error: 'Unknown marketplace' },
        ])
      }
    }
  })
})
