import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Frame, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { pages } from '../worker/portal/routes'
import { scrollsSideways, theBrowser } from './chromium'
import { companies } from './companies'
import { dialogOf } from './embedded'
import { writeEverywhere } from './hostile-records'
import { hostileTexts, unbroken, within } from './hostile-texts'
import { aSystem, type System } from './portal-records'
import { signIn } from './portal-visit'

const origin = inject('origin')
const { id: companyId } = companies.hostile
const [apiKey, widgetId] = [`first-key-of-${companyId}`, `widget-of-${companyId}`]

const browser = await theBrowser()

let system: System
let shop: Awaited<ReturnType<typeof aShop>>

beforeAll(async () => {
  shop = await aShop()
  system = await aSystem({ origin, operatorToken: inject('operatorToken') }, companyId)
})

afterAll(() => shop.close())

/** A site of somebody else, of one page. */
async function aShop() {
  const site = { body: '', origin: '', close: () => server.close() }
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(site.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  site.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return site
}

/** What a text became in a page that it shouldn't have: elements, attributes, addresses, and a name in its window. */
const ELSE = `[
  ...[...document.querySelectorAll('script, iframe, img, object, embed, base, math, style, link:not([rel=stylesheet], [rel=icon]), animate, foreignObject, meta[http-equiv]')].map((element) => element.outerHTML),
  ...[...document.querySelectorAll('*')].flatMap((element) => [...element.attributes].filter(({ name, value }) =>
    name.startsWith('on') || name === 'style' || name === 'autofocus' ||
    (['href', 'src', 'action', 'formaction', 'xlink:href', 'srcset'].includes(name) && !element.matches('link[rel=icon]') && !/^(https?:|webcals?:|[/#?])/.test(value))
  ).map(({ name, value }) => element.localName + ' ' + name + '=' + value)),
  ...('ran' in window ? ['it ran'] : []),
]`

/** A phone without the policy of our pages: what keeps texts from running is how they are written, and nothing else. */
async function aVisitor(): Promise<{ context: BrowserContext; page: Page; happened: string[] }> {
  const context = await browser.newContext({
    bypassCSP: true,
    viewport: { width: 360, height: 740 },
    userAgent: `Mozilla/5.0 (<img src=x onerror=alert(1)>; "onload=alert(1)) Safari/605`,
  })
  context.setDefaultTimeout(8000)
  const page = await context.newPage()
  const happened: string[] = []
  page.on('dialog', (dialog) => {
    happened.push(`a dialog said ${dialog.message()}`)
    return dialog.dismiss()
  })
  page.on('request', (request) => {
    const { host, protocol } = new URL(request.url())
    if (![origin, shop.origin].some((known) => new URL(known).host === host))
      happened.push(`${protocol}//${host} was asked`)
  })
  return { context, page, happened }
}

const becameOf = (page: Page | Frame) => page.evaluate<string[]>(ELSE)

/** What is wrong with the page that is shown: what a text became in it, and that it is wider than the phone. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.locator('h1').waitFor()
  const wide = (await scrollsSideways(page)) ? ['it scrolls sideways'] : []
  return [...(await becameOf(page)), ...wide].map((fault) => `${new URL(page.url()).pathname}: ${fault}`)
}

/** Somebody of that name, as an Admin of the company. */
const enter = (page: Page, name: string) =>
  signIn(page, companyId, {
    email: `${crypto.randomUUID()}@acme.example`,
    firstName: name,
    lastName: name,
  })

/** All that a page says, in its fields too, on one line. */
const saidBy = (page: Page | Frame) =>
  page.evaluate<string>(
    `[document.body.textContent, ...[...document.querySelectorAll('input, textarea')].map((field) => field.value)].join(' ').replace(/\\s+/g, ' ')`,
  )

/** Settings as the attributes of a button, written as a careful site does. */
const attributesOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings)
    .map(([name, value]) => {
      const attribute = name.replace(/_|(?=[A-Z])/g, '-').toLowerCase()
      return `data-ecal-${attribute}="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`
    })
    .join(' ')

describe.for(Object.entries(hostileTexts))('%s in every field', ([, text]) => {
  const said = (characters: number) => within(text, characters).replace(/\s+/g, ' ')

  it('is a text in each page of the portal', async ({ expect }) => {
    const { context, page, happened } = await aVisitor()
    try {
      const name = within(text, 100)
      await enter(page, name)
      await page.goto(`${origin}/portal/settings`)
      await page.getByRole('textbox', { name: /name/i }).first().fill(within(text, 250))
      await page.getByRole('button', { name: 'Save' }).click()

      const paths = await writeEverywhere(system, widgetId, text)
      for (const path of [...paths, '/portal', '/portal/settings']) {
        await page.goto(`${origin}${path}`)
        expect(await faultsOf(page)).toEqual([])
        expect([path, (await saidBy(page)).includes(said(40))]).toEqual([path, true])
      }

      await page.goto(`${origin}${paths[0]}`)
      await page.getByRole('button', { name: 'Delete this calendar …' }).click()
      await page.getByRole('button', { name: 'Delete the calendar' }).waitFor()
      expect(await faultsOf(page)).toEqual([])
      expect(await saidBy(page)).toContain(said(40))
      expect(happened).toEqual([])
    } finally {
      await context.close()
    }
  })

  it('is a text in the sync page, in its answers, and in the dialog of another site', async ({ expect }) => {
    await system.api('PUT', `/widget/${widgetId}`, { welcome: { name: within(text, 250), details: text } })
    const calendar = await system.api('POST', '/calendar', {
      name: within(text, 250),
      reference: crypto.randomUUID(),
    })
    const { context, page, happened } = await aVisitor()
    try {
      const carried = {
        email: `${crypto.randomUUID().slice(0, 8)}${unbroken(text).slice(0, 60)}@shop.example`,
        calendar_reference: `${calendar.reference},${text}`,
        category: text,
        subscriber_reference: within(text, 128),
        referringPage: text,
        mobileNumber: within(text, 250),
        data: JSON.stringify({ [text]: text }),
      }
      const look = async (shown: string) => {
        await page.locator('h1').waitFor()
        for (const summary of await page.locator('summary').all()) await summary.click()
        expect(await faultsOf(page)).toEqual([])
        expect(await saidBy(page)).toContain(shown)
      }
      const visit = (query: Record<string, string>) =>
        page.goto(`${origin}/button/v1/ecal.html?${new URLSearchParams(query)}`)

      await visit({ apiKey: text, widgetId: text, emailSign: text, emailSignExpires: text, ...carried })
      await look('')
      await visit({ apiKey, widgetId, ...carried })
      await look(said(40))
      await page.locator('[name=email]').evaluate(
        (input, text) => {
          input.setAttribute('type', 'text')
          input.setAttribute('value', text)
        },
        within(text, 250),
      )
      await page.getByRole('button', { name: 'Apple Calendar' }).click()
      await page.locator('[aria-invalid]').waitFor()
      await look(said(40))

      await visit({ apiKey, widgetId, ...carried })
      await page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''))
      await page.getByRole('button', { name: 'Google Calendar' }).click()
      await page.getByRole('heading', { name: 'You’re connected' }).waitFor()
      await look(said(40))

      for (const ids of [
        { widgetId, apiKey },
        { widgetId: text, apiKey: text },
      ]) {
        const button = `<button class="ecal-sync-widget-button" ${attributesOf({ ...ids, ...carried, emailSign: text })}>Sync</button>`
        shop.body = `<!doctype html><title>Shop</title>${button}<script src="${origin}/widget.js"></script>`
        await page.goto(shop.origin)
        await page.getByRole('button', { name: 'Sync' }).click()
        await dialogOf(page).waitFor()
        const frame = page.frames().find((each) => each !== page.mainFrame())
        if (!frame) throw new Error('the dialog has no frame')
        await frame.locator('h1').waitFor()
        expect(new URL(frame.url()).origin).toBe(origin)
        expect(await becameOf(frame)).toEqual([])
        expect(await page.evaluate("'ran' in window")).toBe(false)
      }
      expect(happened).toEqual([])
    } finally {
      await context.close()
    }
  })
})

describe('all of them together', () => {
  it('are texts in the lists of the portal', async ({ expect }) => {
    const { context, page, happened } = await aVisitor()
    try {
      await enter(page, 'Ann')
      for (const [path] of pages.filter(([path]) => !path.includes(':'))) {
        await page.goto(`${origin}${path}`)
        expect(await faultsOf(page)).toEqual([])
      }
      for (const place of ['calendars', 'subscribers', 'webhooks', 'users']) {
        await page.goto(`${origin}/portal/${place}`)
        const all = await saidBy(page)
        const missing = Object.values(hostileTexts).filter(
          (text) => !all.includes(within(text, 40).replace(/\s+/g, ' ')),
        )
        expect([place, missing]).toEqual([place, []])
      }
      expect(happened).toEqual([])
    } finally {
      await context.close()
    }
  })
})

describe('an address that is no page', () => {
  it.for([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'vbscript:x',
    'blob:https://shop.example/1',
    'https:alert(1)',
    '//evil.example',
  ])('such as %j is taken nowhere that makes it a link', async (url, { expect }) => {
    const calendar = await system.api('POST', '/calendar', {
      name: 'Fixtures',
      reference: crypto.randomUUID(),
    })
    const event = { calendarId: calendar.id, name: 'Round 1', startDate: '2040-05-01' }
    const quickLink = [{ name: 'Tickets', url }]
    for (const [method, path, body] of [
      ['POST', '/event', { ...event, url }],
      ['POST', '/event', { ...event, quickLink }],
      ['PUT', `/widget/${widgetId}`, { welcome: { url } }],
      ['POST', '/webhook', { url }],
    ] as const) {
      await expect(system.api(method, path, body)).rejects.toThrow(/answered 400/)
    }
  })
})
