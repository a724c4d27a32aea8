import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { Api, ORIGIN } from '../../support/publisher'
import { aCustomer, anOperatorsPublisher, auditOf, hubsAreAway, rowsOf, signOn } from './support'

hubsAreAway()

const OPTIONS = '/portal/options'
const KEYS = `${OPTIONS}/keys`

/** The value of a field that a page shows to be copied. */
const shown = (html: string, id: string) =>
  new RegExp(`id="${id}"[^>]* value="([^"]*)"`).exec(html)?.[1] ?? ''

describe('an API key', () => {
  it('is made by a form, and its secret, which signs calls at once, is shown this once', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const made = await admin.send(OPTIONS, KEYS)
    expect(made.status).toBe(200)
    const [key, secret] = [shown(made.html, 'api-key'), shown(made.html, 'api-secret')]
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    // Without the tick it asks for SHA-256 signatures; the test's client signs by MD5.
    expect((await new Api(key, secret).get('/calendar')).status).toBe(403)
    const withMd5 = await admin.send(OPTIONS, KEYS, { md5: 'on' })
    const api = new Api(shown(withMd5.html, 'api-key'), shown(withMd5.html, 'api-secret'))
    expect((await api.get('/calendar')).status).toBe(200)
    const page = await admin.get(OPTIONS)
    expect(page.words).toContain(key)
    expect(page.html).not.toContain(secret)
    const created = (await auditOf(publisher.id)).filter(({ action }) => action === 'key.created')
    expect(created.map(({ target, userId }) => [target, userId])).toEqual([
      [key, admin.userId],
      [api.apiKey, admin.userId],
    ])
  })

  it('is one for each form, however often it is posted, and nobody but the first is told the secret', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { fields } = (await admin.get(OPTIONS)).form(KEYS)
    const posts = await Promise.all(
      Array.from({ length: 20 }, () => admin.post(KEYS, { ...fields, md5: 'on' })),
    )
    posts.push(await admin.post(KEYS, fields))
    expect(new Set(posts.map(({ status }) => status))).toEqual(new Set([200]))
    const told = posts.filter(({ html }) => shown(html, 'api-secret') !== '')
    expect(told).toHaveLength(1)
    const key = shown(told[0]?.html ?? '', 'api-key')
    for (const { words, html } of posts) {
      if (html === told[0]?.html) continue
      expect(words).toContain('isn’t shown a second time')
      expect(words).toContain(key)
    }
    expect(await rowsOf('api_keys', publisher.id)).toBe(2)
    expect(await rowsOf('portal_audit', publisher.id, "action = 'key.created'")).toBe(1)
  })

  it('is not made by a form without the id that a page gave it', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const csrf = await admin.csrf()
    for (const formId of ['', 'x', 'AB'.repeat(16)]) {
      expect((await admin.post(KEYS, { csrf, formId })).status).toBe(400)
    }
    expect(await rowsOf('api_keys', publisher.id)).toBe(1)
  })

  it('is revoked after a question, and then signs nothing', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const action = `${KEYS}/${publisher.apiKey}/revoke`
    const question = await admin.send(OPTIONS, action)
    expect(question.status).toBe(200)
    expect(question.words).toContain('Revoke this key?')
    expect((await publisher.api.get('/calendar')).status).toBe(200)
    const done = await admin.post(action, question.form(action).fields)
    expect([done.status, done.location]).toEqual([303, OPTIONS])
    expect((await publisher.api.get('/calendar')).status).toBe(403)
    const page = await admin.get(OPTIONS)
    expect(page.words).toContain('Revoked')
    expect(page.has(action)).toBe(false)
    // Once more is no other thing to record.
    await admin.post(action, question.form(action).fields)
    expect(await rowsOf('portal_audit', publisher.id, "action = 'key.revoked'")).toBe(1)
  })

  it('tells when it signed last, and never before it did', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    expect((await admin.get(OPTIONS)).words).toContain('Never')
    await publisher.api.get('/calendar')
    await expect.poll(async () => (await admin.get(OPTIONS)).words).not.toContain('Never')
  })
})

describe('what was done', () => {
  it('is told on the page after it, once', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const action = `${KEYS}/${publisher.apiKey}/revoke`
    const done = await admin.post(action, { csrf: await admin.csrf(), confirm: 'yes' })
    expect(done.headers.getSetCookie().join()).toMatch(/HttpOnly; Secure; SameSite=Lax; Path=\/; Max-Age=60/)
    expect((await admin.get(OPTIONS)).words).toContain('The key is revoked')
    expect((await admin.get(OPTIONS)).words).not.toContain('The key is revoked')
    admin.cookies.set('__Host-daybook-notice', 'toString')
    expect((await admin.get(OPTIONS)).status).toBe(200)
  })
})

describe('the secret of a company’s first key', () => {
  it('is shown once to an Admin by its button, however many press it at a time', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const action = `${KEYS}/${company.firstApiKey}/reveal`
    const page = await admin.get(OPTIONS)
    expect(page.words).toContain('Show the first secret')
    const { fields } = page.form(action)
    expect((await admin.get(action)).status).toBe(405)
    const posts = await Promise.all(Array.from({ length: 20 }, () => admin.post(action, fields)))
    const told = posts.filter(({ status }) => status === 200)
    expect(told).toHaveLength(1)
    expect(posts.filter(({ status }) => status === 404)).toHaveLength(19)
    const secret = shown(told[0]?.html ?? '', 'api-secret')
    expect((await new Api(company.firstApiKey, secret).get('/calendar')).status).toBe(200)
    const after = await admin.get(OPTIONS)
    expect(after.has(action)).toBe(false)
    expect(after.html).not.toContain(secret)
    expect((await admin.post(action, fields)).status).toBe(404)
    expect(await rowsOf('portal_audit', company.publisherId, "action = 'key.revealed'")).toBe(1)
  })

  it('is that of this key alone, and of no key that is revoked or was shown to the operator', async ({
    expect,
  }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    await admin.send(OPTIONS, KEYS)
    const second = await env.DB.prepare(
      'SELECT api_key FROM api_keys WHERE publisher_id = ? AND api_key <> ?',
    )
      .bind(company.publisherId, company.firstApiKey)
      .first<string>('api_key')
    const csrf = await admin.csrf()
    expect((await admin.post(`${KEYS}/${second}/reveal`, { csrf })).status).toBe(404)
    await admin.post(`${KEYS}/${company.firstApiKey}/revoke`, { csrf, confirm: 'yes' })
    expect((await admin.post(`${KEYS}/${company.firstApiKey}/reveal`, { csrf })).status).toBe(404)
    const { publisher, admin: another } = await anOperatorsPublisher()
    expect((await another.get(OPTIONS)).words).not.toContain('Show the first secret')
    const own = { csrf: await another.csrf() }
    expect((await another.post(`${KEYS}/${publisher.apiKey}/reveal`, own)).status).toBe(404)
  })
})

describe('the options page', () => {
  it('has the widget’s id, its link, and code that works without a script', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { words, html } = await admin.get(OPTIONS)
    expect(shown(html, `widget-${publisher.widgetId}`)).toBe(publisher.widgetId)
    const link = `${ORIGIN}/button/v1/ecal.html?apiKey=${publisher.apiKey}&widgetId=${publisher.widgetId}`
    expect(shown(html, `link-${publisher.widgetId}`).replaceAll('&amp;', '&')).toBe(link)
    expect(words).toContain(`href="${link.replaceAll('&', '&amp;')}">Sync to Calendar</a>`)
    expect(words).toContain(`data-ecal-widget-id="${publisher.widgetId}"`)
    expect(html).not.toContain('<script')
  })

  it('lists 50 keys a page', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
       INSERT INTO api_keys (api_key, publisher_id, secret_sealed, created_at) SELECT 'many-' || ?1 || '-' || i, ?1, '', i FROM n`,
    )
      .bind(publisher.id)
      .run()
    const rows = (html: string) => html.match(/<th scope="row">/g)?.length
    const first = await admin.get(OPTIONS)
    expect(rows(first.html)).toBe(50)
    expect(first.html).toContain('href="/portal/options?page=2"')
    const second = await admin.get(`${OPTIONS}?page=2`)
    expect([rows(second.html), second.html.includes('rel="next"')]).toEqual([11, false])
  })
})
