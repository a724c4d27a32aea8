import { describe, it } from 'vitest'
import { calendarApplications } from '../../../src/domain/sign-up/fields'
import { aPublisher, fetchWorker, ORIGIN } from '../../support/publisher'
import { aCalendar, countOf, type Html, newEmail, openPage, postForm, postJson, setWidget } from './support'

const DESKTOP = { Origin: ORIGIN, 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)' }
const PHONE = { Origin: ORIGIN, 'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)' }

const hrefs = (html: Html) => html.links.map((link) => link.href ?? '')

describe('the confirmation', () => {
  it('is a page that tells no other site of the address', async ({ expect }) => {
    const { widgetId } = await aPublisher()
    const { status, html, headers } = await postForm({ widgetId, email: newEmail(), application: 'google' })
    expect(status).toBe(201)
    expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('X-Robots-Tag')).toBe('noindex')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Content-Security-Policy')).toContain("script-src 'none'")
    expect(headers.get('Location')).toBeNull()
    expect(headers.get('Set-Cookie')).toBeNull()
    expect(headers.get('Daybook-Bookmark')).toBeTruthy()
    expect(/<title>(.*?)<\/title>/.exec(html.text)?.[1]).not.toMatch(/[0-9a-f]{24}/)
    expect(html.text).not.toMatch(/<script|\sstyle=/i)
    expect(html.all('h1')).toHaveLength(1)
    expect(html.all('main')).toHaveLength(1)
  })

  it.for(calendarApplications)('leads to %s, and offers the others', async (application, { expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const email = newEmail()
    const { html } = await postForm({ widgetId, email, application })
    const { calendarUrl } = (await publisher.api.get(`/subscriber/${email}`)).data
    const byHand = application === 'yahoo' || application === 'other'
    const openUrl = {
      apple: calendarUrl.appleCalUrl,
      google: calendarUrl.googleUrl,
      android: calendarUrl.googleUrl,
      outlook: calendarUrl.webCalUrl,
      yahoo: calendarUrl.webCalUrl,
      other: calendarUrl.webCalUrl,
    }[application as string]
    expect(hrefs(html)[0]).toBe(openUrl ?? calendarUrl.outlookcomUrl)
    expect(html.links.some((link) => link.class === 'button main')).toBe(!byHand)
    expect(hrefs(html)).toEqual(
      expect.arrayContaining([calendarUrl.appleCalUrl, calendarUrl.googleUrl, calendarUrl.outlookcomUrl]),
    )
    const address = html.all('input').find((tag) => tag.id === 'address')
    expect(address).toMatchObject({ readonly: '', value: calendarUrl.httpsCalUrl })
    expect(html.words).toMatch(/paste/)
    for (const link of html.links) {
      const opensTab = link.target === '_blank' && link.rel === 'noopener noreferrer'
      expect(opensTab).toBe(link.href?.startsWith('https:') ?? false)
      // A page that embeds this one may let no other scheme into the frame.
      if (!opensTab) expect(link.target).toBe('_top')
    }
  })

  it('shows the Welcome Event as the calendar will, where one was made', async ({ expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    await setWidget(publisher, { welcome_name: 'Hello from <Acme>' })
    const done = await postForm({ widgetId, email: newEmail(), application: 'google' })
    expect(done.html.words).toContain('Hello from <Acme>')
    expect(done.html.all('time')[0]?.datetime).toMatch(/^\d{4}-\d{2}-\d{2}$/)
    await setWidget(publisher, { welcome_enabled: 0 })
    const without = await postForm({ widgetId, email: newEmail(), application: 'google' })
    expect(without.html.all('time')).toHaveLength(0)
  })

  it('shows a desktop a code for the phone, and a phone none', async ({ expect }) => {
    const { widgetId } = await aPublisher()
    const sent = { widgetId, application: 'google' }
    expect((await postForm({ ...sent, email: newEmail() }, DESKTOP)).html.text).toContain('class="qr"')
    expect((await postForm({ ...sent, email: newEmail() }, PHONE)).html.text).not.toContain('class="qr"')
  })

  it('says of a connected e-mail that the publisher can send the link, and shows none', async ({
    expect,
  }) => {
    const publisher = await aPublisher({ name: 'Acme Lending' })
    const { widgetId } = publisher
    const email = newEmail()
    await postJson({ widgetId, email, application: 'google' })
    const { status, html, headers } = await postForm({ widgetId, email, application: 'google' })
    expect(status).toBe(200)
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
    expect(html.words).toContain('This address is connected already')
    expect(html.words).toContain('Acme Lending can send you the link again')
    expect(html.text).not.toMatch(/ecal-sub|webcal|[0-9a-f]{32}/)
    expect(html.text).not.toContain((await publisher.api.get(`/subscriber/${email}`)).data.id)
  })
})

describe('a form with a mistake', () => {
  it('comes back with what was entered, and marks the field', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const [a = '', b = ''] = [await aCalendar(publisher), await aCalendar(publisher)]
    await setWidget(publisher, { calendar_ids: JSON.stringify([a, b]) })
    const page = await openPage({ apiKey, widgetId, data: '{"k":1}', subscriber_reference: 'loan-7' })
    const kept = page.html.fields.filter(([name, value]) => name !== 'email' && value !== a)
    const { status, html, headers } = await postForm([
      ...kept,
      ['email', 'no e-mail'],
      ['application', 'google'],
      ['first_name', 'Ann'],
    ])
    expect(status).toBe(400)
    expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    expect(headers.get('Referrer-Policy')).toBe('same-origin')
    const field = html.input('email')
    expect(field).toMatchObject({ value: 'no e-mail', 'aria-invalid': 'true' })
    expect(html.all('p').find((tag) => tag.id === field?.['aria-describedby'])).toBeDefined()
    expect(html.words).toContain('Please enter your e-mail address')
    for (const [name, value] of kept) expect(html.fields).toContainEqual([name, value])
    expect(html.fields).toContainEqual(['first_name', 'Ann'])
    expect(html.fields).not.toContainEqual(['calendarIds', a])
    expect(html.all('input').some((tag) => tag.value === a)).toBe(true)

    const email = newEmail()
    const fixed = html.fields.filter(([name]) => name !== 'email')
    expect((await postForm([...fixed, ['email', email], ['application', 'google']])).status).toBe(201)
    const { data } = await publisher.api.get(`/subscriber/${email}`)
    expect(data).toMatchObject({
      first_name: 'Ann',
      reference: 'loan-7',
      custom_fields: [{ name: 'k', value: 1 }],
    })
    expect(data.data.calIds).toEqual([b, ...data.data.privateCalIds])
  })

  it('keeps the calendars that its link named', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const [a = '', b = '', own = ''] = [
      await aCalendar(publisher),
      await aCalendar(publisher),
      await aCalendar(publisher),
    ]
    await setWidget(publisher, { calendar_ids: JSON.stringify([own]) })
    const page = await openPage({ apiKey, widgetId, calendarIds: `${a},${b}` })
    const sent = page.html.fields.filter(([name]) => name !== 'email')
    const { html } = await postForm([...sent, ['email', ''], ['application', 'google']])
    const boxes = html.all('input').filter((tag) => tag.type === 'checkbox')
    expect(boxes.map((tag) => [tag.value, 'checked' in tag])).toEqual([
      [a, true],
      [b, true],
    ])
  })

  it('says that a calendar went away, and offers the rest', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const [a = '', b = ''] = [await aCalendar(publisher), await aCalendar(publisher)]
    await setWidget(publisher, { calendar_ids: JSON.stringify([a, b]) })
    const page = await openPage({ apiKey, widgetId })
    await publisher.api.delete(`/calendar/${a}`)
    const sent = page.html.fields.filter(([name]) => name !== 'email')
    const { status, html } = await postForm([...sent, ['email', newEmail()], ['application', 'google']])
    expect(status).toBe(400)
    const boxes = html.all('input').filter((tag) => tag.type === 'checkbox')
    expect(boxes).toEqual([
      expect.objectContaining({
        value: b,
        checked: '',
        'aria-invalid': 'true',
        'aria-describedby': 'calendars-error',
      }),
    ])
    expect(html.all('details')[0]).toHaveProperty('open')
  })

  it('says what is wrong with what isn’t seen', async ({ expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const sent = { widgetId, email: newEmail(), application: 'google' }
    for (const [name, value] of [
      ['data', '{"a":'],
      ['data', '[1]'],
      ['formId', 'x'],
      ['optin', 'perhaps'],
      ['mobileNumber', '1'.repeat(251)],
      ['emailSignExpires', 'soon'],
    ] as const) {
      const { status, html } = await postForm({ ...sent, [name]: value })
      expect(status, name).toBe(400)
      expect(html.words).toContain(`(${name}:`)
      expect(html.all('div').some((tag) => tag.role === 'alert')).toBe(true)
      expect(html.input('email')).toMatchObject({ value: sent.email })
    }
    expect(await countOf('subscribers', publisher)).toBe(0)
  })

  it('is shown even where its widget isn’t known', async ({ expect }) => {
    const { status, html } = await postForm({ widgetId: 'unknown', email: 'x', application: 'google' })
    expect(status).toBe(400)
    expect(html.input('email')).toMatchObject({ value: 'x', 'aria-invalid': 'true' })
  })
})

describe('a form', () => {
  it('leaves out what is empty, and ignores what it doesn’t know', async ({ expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const email = newEmail()
    const { status } = await postForm({
      widgetId,
      email,
      application: 'Outlook.COM',
      apiKey: '',
      data: '',
      formId: '',
      emailSign: '',
      optin: '',
      tags: 'vip, x',
      nonsense: 'x',
      __proto__x: '1',
      constructor: 'x',
    })
    expect(status).toBe(201)
    const { data } = await publisher.api.get(`/subscriber/${email}`)
    expect(data.data.tags).toEqual(['vip', 'x'])
    expect(data).toMatchObject({ optin: false, custom_fields: [], source: 'Widget' })
  })

  it('is never markup again, whatever it says', async ({ expect }) => {
    const evil = '"><script>alert(1)</script>\'&<b onmouseover=x>'
    const publisher = await aPublisher({ name: evil })
    const { widgetId } = publisher
    await setWidget(publisher, { welcome_name: evil, ics_filename: evil })
    const odd = `"><b/onmouseover=x>${newEmail()}`
    const everything = Object.fromEntries(
      ['first_name', 'tags', 'data', 'referringPage', 'formId', 'emailSign', 'calendar_reference', 'category']
        .concat('calendarIds', 'offeredCalendarIds', 'application', 'skip_schedule_selection', 'apiKey')
        .map((name) => [name, evil]),
    )
    const pages = [
      await postForm({ ...everything, widgetId, email: odd }),
      await postForm({ ...everything, widgetId: evil, email: odd }),
      await postForm({ widgetId, email: odd, application: 'google' }),
      await postForm({ widgetId, email: odd, application: 'google' }),
      await postForm({ widgetId, email: newEmail(), application: 'yahoo' }),
      await postForm({ ...everything, widgetId, email: odd }, { Origin: 'https://evil.example' }),
    ]
    expect(pages.map(({ status }) => status)).toEqual([400, 400, 201, 200, 201, 403])
    for (const { html } of pages) {
      expect(html.text).not.toMatch(/<script|<b[ /]/i)
      const tags = ['a', 'input', 'button', 'p', 'label'].flatMap((name) => html.all(name))
      expect(tags.every((tag) => !('onmouseover' in tag))).toBe(true)
    }
  })

  it('is posted to by our own page, from a frame too', async ({ expect }) => {
    const { apiKey, widgetId } = await aPublisher()
    const response = await fetchWorker(`/button/v1/ecal.html?${new URLSearchParams({ apiKey, widgetId })}`, {
      headers: { 'Sec-Fetch-Dest': 'iframe', 'Sec-Fetch-Site': 'cross-site' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('X-Frame-Options')).toBeNull()
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBeNull()
  })
})
