import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { aCalendar, openPage, PAGE, setWidget } from './support'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36'
const PIXEL = 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Mobile Safari/537.36'

describe('the hosted page', () => {
  it('is a safe page that any site may frame and nobody keeps', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const { status, headers } = await openPage({ apiKey, widgetId })
    expect(status).toBe(200)
    expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('X-Robots-Tag')).toBe('noindex')
    expect(headers.get('Set-Cookie')).toBeNull()
    const policy = (headers.get('Content-Security-Policy') ?? '').split('; ')
    expect(policy[0]).toBe("default-src 'none'")
    expect(policy).toContain("script-src 'none'")
    expect(policy).toContain("form-action 'self'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).toContain('frame-ancestors *')
  })

  it('is one form without any script', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher({ name: 'Acme Lending' })
    const { html } = await openPage({ apiKey, widgetId })
    expect(html.text).toMatch(/^<!doctype html><html lang="en">/)
    expect(html.text).not.toMatch(/<script|\son\w+=|javascript:|<style|\sstyle=/i)
    for (const name of ['title', 'h1', 'main', 'form']) expect(html.all(name), name).toHaveLength(1)
    expect(html.all('meta').find((tag) => tag.name === 'viewport')?.content).toContain('width=device-width')
    expect(html.all('form')[0]).toEqual({ method: 'post', action: '/button/v1/subscriptions' })
    expect(html.words).toContain('Acme Lending')
  })

  it('asks for one thing, the e-mail, in a labelled field', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const { html } = await openPage({ apiKey, widgetId, email: 'ann@example.com' })
    expect(html.input('email')).toMatchObject({
      type: 'email',
      value: 'ann@example.com',
      autocomplete: 'email',
    })
    expect(html.input('email')).toHaveProperty('required')
    expect(html.input('email')).not.toHaveProperty('readonly')
    expect(html.all('label')[0]?.for).toBe(html.input('email')?.id)
    expect(html.input('widgetId')).toMatchObject({ type: 'hidden', value: widgetId })
    expect(html.input('apiKey')).toMatchObject({ type: 'hidden', value: apiKey })
  })

  it('gives each form an id of its own', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const ids = await Promise.all(
      [1, 2].map(async () => (await openPage({ apiKey, widgetId })).html.input('formId')?.value),
    )
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[1]).toMatch(/^[0-9a-f]{32}$/)
    expect(ids[0]).not.toBe(ids[1])
  })

  it.for([
    [IPHONE, 'apple,google,outlook,'],
    [WINDOWS, 'outlook,apple,google,'],
    [PIXEL, 'android,apple,google,outlook,'],
    ['curl/8', 'google,apple,outlook,'],
  ] as const)('puts the likely calendar app of %s first', async ([userAgent, start], { expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const { html } = await openPage({ apiKey, widgetId }, { 'User-Agent': userAgent })
    expect(html.applications.join(',')).toMatch(new RegExp(`^${start}`))
    expect([...html.applications].sort()).toEqual([
      'android',
      'apple',
      'google',
      'hotmail',
      'live',
      'office365',
      'other',
      'outlook',
      'outlook.com',
      'yahoo',
    ])
    expect(html.all('button').filter((tag) => tag.class === 'button main')).toHaveLength(1)
  })

  it('shows no list where a widget has no calendars', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const { html } = await openPage({ apiKey, widgetId })
    expect(html.all('fieldset')).toHaveLength(0)
    expect(html.input('calendarIds')).toBeUndefined()
  })

  it('carries along what a link says of the person', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const said = {
      subscriber_reference: 'loan-7',
      referringPage: 'https://example.com/a?b=c&d="e"',
      mobileNumber: '0412 345 678',
      data: '{"k":"v"}',
    }
    const { html } = await openPage({ apiKey, widgetId, ...said, first_name: 'Ann', nonsense: 'x' })
    for (const [name, value] of Object.entries(said)) {
      expect(html.input(name)).toMatchObject({ type: 'hidden', value })
    }
    expect(html.input('nonsense')).toBeUndefined()
  })

  it('fixes an e-mail that is signed, and sends the signature on', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const signed = { email: 'ann@example.com', emailSign: 'a'.repeat(64), emailSignExpires: '1900000000' }
    const { html } = await openPage({ apiKey, widgetId, ...signed })
    expect(html.input('email')).toHaveProperty('readonly')
    expect(html.input('emailSign')).toMatchObject({ type: 'hidden', value: signed.emailSign })
    expect(html.input('emailSignExpires')).toMatchObject({ type: 'hidden', value: '1900000000' })
  })

  it('says so where a widget takes personal links only', async ({ expect }) => {
    const publisher = await aPublisher()
    await setWidget(publisher, { require_signed_email: 1 })
    const { apiKey, widgetId } = publisher
    const { status, html } = await openPage({ apiKey, widgetId })
    expect(status).toBe(200)
    expect(html.words).toContain('only through a personal link')
  })

  it('answers HEAD as GET, without a body, and a path with a slash at the end', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const query = new URLSearchParams({ apiKey, widgetId })
    const head = await fetchWorker(`${PAGE}?${query}`, { method: 'HEAD' })
    expect(head.status).toBe(200)
    expect(head.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(head.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(await head.text()).toBe('')
    expect((await fetchWorker(`${PAGE}/?${query}`)).status).toBe(200)
  })
})

describe('a link that leads nowhere', () => {
  it.for([
    ['without apiKey', 400, (_: string, w: string) => ({ widgetId: w })],
    ['without widgetId', 400, (k: string) => ({ apiKey: k })],
    ['with an empty apiKey', 400, (_: string, w: string) => ({ apiKey: '', widgetId: w })],
    ['with an unknown key', 404, (_: string, w: string) => ({ apiKey: 'nobody', widgetId: w })],
    ['with an unknown widget', 404, (k: string) => ({ apiKey: k, widgetId: 'nothing' })],
    ['with a widget that can’t be one', 404, (k: string) => ({ apiKey: k, widgetId: 'a b\u0000\u{1f600}' })],
  ] as const)('%s is %i, as a page', async ([, status, query], { expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const answer = await openPage(query(apiKey, widgetId) as Record<string, string>)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(answer.html.all('h1')).toHaveLength(1)
    expect(answer.html.all('form')).toHaveLength(0)
  })

  it('is 404 with the key of another publisher, a revoked key and an inactive widget', async ({ expect }) => {
    const [one, two] = [await aPublisher(), await aPublisher()]
    expect((await openPage({ apiKey: two.apiKey, widgetId: one.widgetId })).status).toBe(404)
    await env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE api_key = ?').bind(one.apiKey).run()
    expect((await openPage({ apiKey: one.apiKey, widgetId: one.widgetId })).status).toBe(404)
    await setWidget(two, { active: 0 })
    expect((await openPage({ apiKey: two.apiKey, widgetId: two.widgetId })).status).toBe(404)
  })

  it('is 403 once the company has ended', async ({ expect }) => {
    const { id, apiKey, widgetId } = await aPublisher()
    await env.DB.prepare('UPDATE publishers SET cancelled_at = 1 WHERE id = ?').bind(id).run()
    const { status, html } = await openPage({ apiKey, widgetId })
    expect(status).toBe(403)
    expect(html.words).toContain('has ended')
  })
})

describe('what visitors and publishers write', () => {
  const EVIL = '"><script>alert(1)</script>\'&<b onmouseover=x>'

  it('is never markup on the page', async ({ expect }) => {
    const publisher = await aPublisher({ name: EVIL })
    const { apiKey, widgetId } = publisher
    const calendar = await aCalendar(publisher, { name: EVIL })
    const query = Object.fromEntries(
      ['email', 'emailSign', 'emailSignExpires', 'category', 'calendar_reference', 'subscriber_reference']
        .concat('referringPage', 'mobileNumber', 'data', 'skip_schedule_selection')
        .map((name) => [name, EVIL]),
    )
    const { status, html } = await openPage({
      apiKey,
      widgetId,
      ...query,
      calendarIds: `${calendar},${EVIL}`,
    })
    expect(status).toBe(200)
    expect(html.text).not.toMatch(/<script|<b /i)
    expect(html.all('input').every((tag) => !('onmouseover' in tag))).toBe(true)
    expect(html.input('data')?.value).toBe(EVIL)
    expect(html.words).toContain(EVIL)
  })
})
