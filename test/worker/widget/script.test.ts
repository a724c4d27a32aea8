import { describe, it } from 'vitest'
import { pageAddress, type Settings, settingsOfButton } from '../../../src/surfaces/widget/script/parameters'
import { aPublisher, fetchWorker, ORIGIN } from '../../support/publisher'
import { aCalendar, PAGE, setWidget } from './support'

async function gzipped(response: Response): Promise<number> {
  const stream = response.body?.pipeThrough(new CompressionStream('gzip'))
  return (await new Response(stream ?? null).arrayBuffer()).byteLength
}

describe('/widget.js', () => {
  it('is a script for any site, kept for five minutes', async ({ expect }) => {
    const response = await fetchWorker('/widget.js')
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(response.headers.get('Set-Cookie')).toBeNull()
    expect(await response.text()).toContain('EcalWidget')
  })

  it('answers HEAD as GET without a body, and no other method', async ({ expect }) => {
    const head = await fetchWorker('/widget.js', { method: 'HEAD' })
    expect([head.status, head.headers.get('Content-Type')]).toEqual([200, 'text/javascript; charset=utf-8'])
    expect(await head.text()).toBe('')
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await fetchWorker('/widget.js', { method })
      expect([response.status, response.headers.get('Allow')], method).toEqual([405, 'GET, HEAD'])
    }
  })

  it('is under 8 KB, under 6 KB compressed, and loads nothing else', async ({ expect }) => {
    const text = await (await fetchWorker('/widget.js')).text()
    expect(new TextEncoder().encode(text).length).toBeLessThan(8 * 1024)
    expect(await gzipped(await fetchWorker('/widget.js'))).toBeLessThan(6 * 1024)
    expect(text).not.toMatch(/\bimport\b|https?:/)
    expect(text, 'words of the pages').not.toContain('Outlook')
  })

  it('makes no style element or attribute, no markup and no code, which strict policies refuse', async ({
    expect,
  }) => {
    const text = await (await fetchWorker('/widget.js')).text()
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(/)
    expect(text).not.toMatch(/["']style["']|cssText/)
  })
})

describe('the sync page', () => {
  it('is under 30 KB with all that it loads', async ({ expect }) => {
    const publisher = await aPublisher()
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await aCalendar(publisher, { name: `Fixtures of team ${n}` }))
    await setWidget(publisher, { calendar_ids: JSON.stringify(ids) })
    const { apiKey, widgetId } = publisher
    const page = await (await fetchWorker(`${PAGE}?${new URLSearchParams({ apiKey, widgetId })}`)).text()
    const loaded = [...page.matchAll(/(?:<link [^>]*href|\ssrc)="([^"]+)"/g)].map(([, url = '']) => url)
    expect(loaded).toEqual(['/button/v1/ecal.css'])
    const style = await fetchWorker(loaded[0] ?? '')
    expect(style.headers.get('Content-Type')).toBe('text/css; charset=utf-8')
    const bytes = new TextEncoder().encode(page + (await style.text())).length
    expect(bytes).toBeLessThan(30 * 1024)
  })
})

/** The parameters that a button leads to. */
function asked(attributes: Record<string, string>, defaults: Settings = {}, href?: string) {
  const button = { getAttribute: (name: string) => attributes[name] ?? null, ...(href ? { href } : {}) }
  const address = new URL(pageAddress(ORIGIN, defaults, settingsOfButton(button, ORIGIN)))
  return { page: address.origin + address.pathname, query: Object.fromEntries(address.searchParams) }
}

describe('a button', () => {
  it.for([
    ['data-ecal-widget-id', 'widgetId', 'demo-widget'],
    ['data-ecal-api-key', 'apiKey', 'demo-key'],
    ['data-ecal-email', 'email', 'ann+1@example.com'],
    ['data-ecal-email-sign', 'emailSign', 'a'.repeat(64)],
    ['data-ecal-email-sign-expires', 'emailSignExpires', '1900000000'],
    ['data-ecal-category', 'category', 'Sports & more'],
    ['data-ecal-calendar-ids', 'calendarIds', 'a,b'],
    ['data-ecal-calendar-reference', 'calendar_reference', 'club/1'],
    ['data-ecal-referring-page', 'referringPage', 'https://example.com/a?b=c&d=e#f'],
    ['data-ecal-subscriber-reference', 'subscriber_reference', 'loan-7'],
    ['data-ecal-data', 'data', '{"k":"v"}'],
    ['data-ecal-mobile-number', 'mobileNumber', '0412 345 678'],
    ['data-ecal-skip-schedule-selection', 'skip_schedule_selection', 'true'],
  ] as const)('%s becomes %s', ([attribute, name, value], { expect }) => {
    expect(asked({ [attribute]: value })).toEqual({ page: `${ORIGIN}${PAGE}`, query: { [name]: value } })
  })

  it('leaves out what is empty, and takes it from what was said for all', ({ expect }) => {
    const defaults = { apiKey: 'demo-key', email: 'ann@example.com', widgetId: 'one' }
    const { query } = asked({ 'data-ecal-email': '', 'data-ecal-widget-id': 'two' }, defaults)
    expect(query).toEqual({ apiKey: 'demo-key', email: 'ann@example.com', widgetId: 'two' })
  })

  it('that is a link to the hosted page says what the link says, its attributes first', ({ expect }) => {
    const link = `${ORIGIN}${PAGE}?apiKey=k&widgetId=w&email=ann%40example.com`
    expect(asked({ 'data-ecal-widget-id': 'other' }, {}, link).query).toEqual({
      apiKey: 'k',
      widgetId: 'other',
      email: 'ann@example.com',
    })
    expect(asked({}, {}, link.replace(ORIGIN, 'https://evil.example')).query).toEqual({})
  })
})

describe('EcalWidget.show', () => {
  const query = (settings: Settings) =>
    Object.fromEntries(new URL(pageAddress(ORIGIN, {}, settings)).searchParams)

  it('takes lists, objects and claims as they are', ({ expect }) => {
    expect(query({ calendarIds: ['a', 'b'], data: { k: ['v'] }, skip_schedule_selection: true })).toEqual({
      calendarIds: 'a,b',
      data: '{"k":["v"]}',
      skip_schedule_selection: 'true',
    })
  })

  it('takes autoSubscribe for skip_schedule_selection, and ignores what it doesn’t know', ({ expect }) => {
    expect(query({ autoSubscribe: true })).toEqual({ skip_schedule_selection: 'true' })
    expect(query({ autoSubscribe: false, email: undefined, mobileNumber: null })).toEqual({})
    expect(query({ shareUrl: 'x', doubleClickParameters: { a: 1 }, nonsense: 1 })).toEqual({})
  })
})
