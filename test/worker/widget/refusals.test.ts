import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { inOnePeriod } from '../../support/limiter-periods'
import { aPublisher, fetchWorker, ORIGIN } from '../../support/publisher'
import {
  aCalendar,
  countOf,
  newEmail,
  openPage,
  PAGE,
  postForm,
  postJson,
  SUBSCRIPTIONS,
  setWidget,
} from './support'

describe('what is wrong with the input', () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  it.for<[string, unknown, string]>([
    ['no widgetId', { widgetId: undefined }, 'widgetId'],
    ['an empty widgetId', { widgetId: '' }, 'widgetId'],
    ['a widgetId that is no text', { widgetId: 7 }, 'widgetId'],
    ['an apiKey that is no text', { apiKey: ['x'] }, 'apiKey'],
    ['no e-mail', { email: undefined }, 'email'],
    ['an empty e-mail', { email: ' ' }, 'email'],
    ['an e-mail that is no text', { email: { a: 1 } }, 'email'],
    ['an e-mail without @', { email: 'ann.example.com' }, 'email'],
    ['an e-mail without a name', { email: '@example.com' }, 'email'],
    ['an e-mail without a host', { email: 'ann@' }, 'email'],
    ['two e-mails', { email: 'ann@example.com,ben@example.com' }, 'email'],
    ['an e-mail with a space', { email: 'ann o@example.com' }, 'email'],
    ['an e-mail with a line break', { email: 'ann@example.com\nBcc: x@example.com' }, 'email'],
    ['an e-mail with a control character', { email: 'ann\u0007@example.com' }, 'email'],
    ['an e-mail with a C1 control character', { email: 'ann\u0085@example.com' }, 'email'],
    ['an e-mail with a lone surrogate', { email: 'ann\ud800@example.com' }, 'email'],
    ['an e-mail of 255 characters', { email: `${'a'.repeat(243)}@example.com` }, 'email'],
    ['no application', { application: undefined }, 'application'],
    ['an unknown application', { application: 'lotus' }, 'application'],
    ['an application of Object', { application: 'constructor' }, 'application'],
    ['calendars as a text', { calendarIds: 'a,b' }, 'calendarIds'],
    ['51 calendars', { calendarIds: Array.from({ length: 51 }, () => 'a'.repeat(24)) }, 'calendarIds'],
    ['an unknown calendar', { calendarIds: ['a'.repeat(24)] }, 'calendarIds'],
    ['a calendar without id', { calendarIds: [''] }, 'calendarIds'],
    ['a calendar that is no text', { calendarIds: [7] }, 'calendarIds.0'],
    ['an unknown reference', { calendar_reference: 'unknown' }, 'calendar_reference'],
    ['data as a text', { data: '{}' }, 'data'],
    ['data as a list', { data: [1] }, 'data'],
    ['data of null', { data: null }, 'data'],
    ['data over 4,096 bytes', { data: { a: 'é'.repeat(2050) } }, 'data'],
    ['a profile text of 251 characters', { first_name: 'a'.repeat(251) }, 'first_name'],
    ['a profile text that is none', { zip: 3000 }, 'zip'],
    ['21 tags', { tags: Array.from({ length: 21 }, () => 'x') }, 'tags'],
    ['a tag of 65 characters', { tags: ['x', 'x'.repeat(65)] }, 'tags.1'],
    ['an optin that is neither', { optin: 'maybe' }, 'optin'],
    ['an optin of null', { optin4: null }, 'optin4'],
    ['a reference of 129 characters', { subscriber_reference: 'x'.repeat(129) }, 'subscriber_reference'],
    ['a page of 2,001 characters', { referringPage: 'x'.repeat(2001) }, 'referringPage'],
    ['a formId that isn’t hex', { formId: 'x'.repeat(32) }, 'formId'],
    ['a formId that is short', { formId: 'a'.repeat(31) }, 'formId'],
    ['a signature that isn’t hex', { apiKey: 'k', emailSign: 'x'.repeat(64) }, 'emailSign'],
    ['a signature without apiKey', { emailSign: 'a'.repeat(64) }, 'apiKey'],
    ['an expiry that isn’t digits', { emailSignExpires: 'soon' }, 'emailSignExpires'],
    ['an expiry that isn’t whole', { emailSignExpires: 1.5 }, 'emailSignExpires'],
  ])('%s is 400 and names the field, and nothing changes', async ([, change, field], { expect }) => {
    const publisher = await aPublisher()
    const good = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
    const { status, body, headers } = await postJson({ ...good, ...(change as object) })
    expect(status).toBe(400)
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(body).toMatchObject({ status: '400', statusLong: 'Invalid input.' })
    expect(body.errors.map((error: { field: string }) => error.field)).toContain(field)
    expect(body.errors.every((error: { message: unknown }) => typeof error.message === 'string')).toBe(true)
    expect(await countOf('subscribers', publisher)).toBe(0)
    expect(await countOf('changes', publisher)).toBe(0)
  })

  it.for([
    ['nothing', ''],
    ['no JSON', '{"a":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['JSON with more behind it', '{} {}'],
    ['a BOM', '\ufeff{}'],
  ] as const)('a body of %s is 400', async ([, body], { expect }) => {
    const answer = await postJson(body)
    expect(answer.status).toBe(400)
    expect(answer.body.errors[0].field).toBe('body')
  })

  it('is a body that isn’t UTF-8', async ({ expect }) => {
    for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
      const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
      const init = { method: 'POST', headers: { 'Content-Type': type }, body }
      expect((await fetchWorker(SUBSCRIPTIONS, init)).status, type).toBe(400)
    }
  })

  it('is data nested deeper than anybody means it', async ({ expect }) => {
    const { widgetId } = await aPublisher()
    const { status, body } = await postJson(
      `{"widgetId":"${widgetId}","email":"${newEmail()}","application":"apple","data":${deep(10_000)}}`,
    )
    expect([status, body.errors[0].field]).toEqual([400, 'data'])
  })

  it('is a draft, a deleted calendar, and one of another publisher', async ({ expect }) => {
    const publisher = await aPublisher()
    const deleted = await aCalendar(publisher, { reference: 'gone' })
    await publisher.api.delete(`/calendar/${deleted}`)
    const draft = await aCalendar(publisher, { draft: 1, reference: 'draft' })
    const foreign = await aCalendar(await aPublisher(), { reference: 'foreign' })
    const good = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
    for (const id of [deleted, draft, foreign]) {
      const { status, body } = await postJson({ ...good, calendarIds: [await aCalendar(publisher), id] })
      expect([status, body.errors?.[0].field]).toEqual([400, 'calendarIds'])
    }
    for (const calendar_reference of ['gone', 'draft', 'foreign']) {
      expect((await postJson({ ...good, calendar_reference })).status).toBe(400)
    }
    expect(await countOf('subscribers', publisher)).toBe(0)
  })
})

describe('a widget that isn’t open', () => {
  it('is 404 where it is unknown or inactive, or the key is not its own', async ({ expect }) => {
    const [publisher, other] = [await aPublisher(), await aPublisher()]
    const good = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
    const notFound = { status: '404', statusLong: 'Not found.' }
    for (const change of [{ widgetId: 'unknown' }, { apiKey: other.apiKey }, { apiKey: 'unknown' }]) {
      const { status, body } = await postJson({ ...good, ...change })
      expect([status, body]).toEqual([404, notFound])
    }
    await setWidget(publisher, { active: 0 })
    expect((await postJson(good)).status).toBe(404)
    const form = await postForm(good)
    expect([form.status, form.html.all('form').length]).toEqual([404, 0])
    expect(await countOf('subscribers', publisher)).toBe(0)
  })

  it('is 403 once the company has ended', async ({ expect }) => {
    const publisher = await aPublisher()
    await env.DB.prepare('UPDATE publishers SET cancelled_at = 1 WHERE id = ?').bind(publisher.id).run()
    const good = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
    const { status, body } = await postJson(good)
    expect([status, body]).toEqual([403, { status: '403', statusLong: 'Forbidden.' }])
    const form = await postForm(good)
    expect([form.status, form.html.all('form').length]).toEqual([403, 0])
    expect(await countOf('subscribers', publisher)).toBe(0)
  })
})

describe('a request that isn’t read', () => {
  it('has another content type: 415', async ({ expect }) => {
    for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/jsonp', '']) {
      const init = { method: 'POST', headers: { 'Content-Type': type }, body: new TextEncoder().encode('{}') }
      const response = await fetchWorker(SUBSCRIPTIONS, init)
      expect(response.status, type).toBe(415)
      expect(await response.json()).toEqual({ status: '415', statusLong: 'Unsupported media type.' })
    }
  })

  it('may name a charset and be in any letter case', async ({ expect }) => {
    const { widgetId } = await aPublisher()
    const headers = { 'Content-Type': 'Application/JSON; charset=UTF-8' }
    expect((await postJson({ widgetId, email: newEmail(), application: 'apple' }, { headers })).status).toBe(
      201,
    )
  })

  it('is over 64 KiB: 413, with or without a length, whatever its type', async ({ expect }) => {
    const { widgetId } = await aPublisher()
    const body = (size: number) =>
      JSON.stringify({ widgetId, email: newEmail(), application: 'apple', x: '' }).replace(
        '"x":""',
        `"x":"${'a'.repeat(size - JSON.stringify({ widgetId, email: newEmail(), application: 'apple', x: '' }).length)}"`,
      )
    expect((await postJson(body(65_536))).status).toBe(201)
    const large = await postJson(body(65_537))
    expect([large.status, large.body]).toEqual([413, { status: '413', statusLong: 'Payload too large.' }])
    const stream = new Blob([body(65_537)]).stream()
    const init = { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: stream }
    expect((await fetchWorker(SUBSCRIPTIONS, init)).status).toBe(413)
    const form = await postForm({ widgetId, email: 'x'.repeat(70_000) })
    expect([form.status, form.headers.get('Content-Type')]).toEqual([413, 'text/html; charset=utf-8'])
  })

  it('has another method: 405 with the ones there are', async ({ expect }) => {
    for (const [path, allow, methods] of [
      [SUBSCRIPTIONS, 'POST', ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']],
      [`${SUBSCRIPTIONS}/`, 'POST', ['GET']],
      [PAGE, 'GET, HEAD', ['POST', 'PUT', 'DELETE', 'OPTIONS']],
    ] as const) {
      for (const method of methods) {
        const response = await fetchWorker(path, { method })
        expect([response.status, response.headers.get('Allow')], `${method} ${path}`).toEqual([405, allow])
        expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
      }
    }
    const page = await fetchWorker(SUBSCRIPTIONS, { headers: { Accept: 'text/html,*/*' } })
    expect(page.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
  })

  it('is 404 on a path that there isn’t', async ({ expect }) => {
    for (const path of ['/button/v1', '/button/v2/subscriptions', '/button/v1/ecal.htm']) {
      expect((await fetchWorker(path)).status, path).toBe(404)
    }
  })
})

describe('the origin of a request', () => {
  it.for<[string, Record<string, string>, number]>([
    ['none, as servers send it', {}, 201],
    ['our own', { Origin: ORIGIN }, 201],
    ['another', { Origin: 'https://evil.example' }, 403],
    ['our own by another scheme', { Origin: ORIGIN.replace('https', 'http') }, 403],
    ['our own at another port', { Origin: `${ORIGIN}:8443` }, 403],
    ['one that begins as ours', { Origin: `${ORIGIN}.evil.example` }, 403],
    ['hidden', { Origin: 'null' }, 403],
    ['hidden, from another site', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['hidden, from a sibling', { Origin: 'null', 'Sec-Fetch-Site': 'same-site' }, 403],
    ['hidden, from our page', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }, 201],
    [
      'another, whatever else is said',
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
      403,
    ],
  ])('%s', async ([, headers, status], { expect }) => {
    const publisher = await aPublisher()
    const body = { widgetId: publisher.widgetId, email: newEmail(), application: 'apple' }
    const json = await postJson(body, { headers })
    expect(json.status).toBe(status)
    const form = await postForm({ ...body, email: newEmail() }, headers)
    expect(form.status).toBe(status)
    if (status === 403) {
      expect(json.body).toEqual({ status: '403', statusLong: 'Forbidden.' })
      expect(form.html.input('email')).toBeDefined()
      expect(await countOf('subscribers', publisher)).toBe(0)
    }
  })

  it('is looked at before the fields', async ({ expect }) => {
    expect((await postJson('{', { headers: { Origin: 'https://evil.example' } })).status).toBe(403)
  })
})

describe('too many requests', () => {
  it('are refused from the 121st a minute of a client and widget, bad ones counted', ({ expect }) =>
    inOnePeriod(60, async () => {
      const [publisher, other] = [await aPublisher(), await aPublisher()]
      const { widgetId } = publisher
      const headers = { 'CF-Connecting-IP': '203.0.113.99' }
      const bad = { widgetId, email: 'nonsense' }
      for (let n = 0; n < 120; n += 20) {
        const answers = await Promise.all(Array.from({ length: 20 }, () => postJson(bad, { headers })))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]))
      }
      const good = { widgetId, email: newEmail(), application: 'apple' }
      const { status, body, headers: answered } = await postJson(good, { headers })
      expect([status, body]).toEqual([
        429,
        { status: '429', statusLong: 'Too many requests! Try again after sometime.' },
      ])
      expect(Number(answered.get('Retry-After'))).toBeGreaterThan(0)
      expect(await countOf('subscribers', publisher)).toBe(0)

      const form = await postForm(
        { ...good, data: '{"k":1}', calendarIds: 'a' },
        { Origin: ORIGIN, ...headers },
      )
      expect([form.status, form.headers.get('Retry-After')]).toEqual([429, '60'])
      expect(form.html.input('email')?.value).toBe(good.email)
      expect(form.html.input('data')?.value).toBe('{"k":1}')
      expect(form.html.fields).toContainEqual(['calendarIds', 'a'])

      expect((await postJson(good, { headers: { 'CF-Connecting-IP': '203.0.113.98' } })).status).toBe(201)
      expect((await postJson({ ...good, widgetId: other.widgetId }, { headers })).status).toBe(201)
      expect((await openPage({ apiKey: publisher.apiKey, widgetId }, headers)).status).toBe(200)
    }))
})
