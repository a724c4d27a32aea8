import type { Page, Response } from 'playwright-core'
import { inject } from 'vitest'
import { pages as routes } from '../worker/portal/routes'
import { companies } from './companies'
import type { CheckedPage } from './pages'
import { aSystem, portalRecords, type Records } from './portal-records'
import { afterTooMany } from './too-many'

/** Every page of the portal that is looked at, each with records behind it, and every kind of page that a form leads to. */

const server = () => ({ origin: inject('origin'), operatorToken: inject('operatorToken') })

let made: Promise<Records> | undefined

/** The records, made once for all pages. */
const records = () => {
  made ??= portalRecords(server())
  return made
}

type Route = keyof Records

const open = async (page: Page, route: Route, query = '') =>
  page.goto(`${inject('origin')}${(await records())[route]}${query}`)

/** Presses a button of a form, and waits for the page that it leads to, which a redirect may lead to as well. */
async function press(page: Page, name: string | RegExp): Promise<Response | null> {
  const answered = page.waitForResponse(
    (response) => response.request().isNavigationRequest() && response.status() !== 303,
  )
  await page.locator('main').getByRole('button', { name }).first().click()
  const response = await answered
  await page.waitForLoadState()
  return response
}

const unfold = (page: Page, label: string) => page.getByText(label, { exact: true }).click()

/** Puts texts into the fields of a form that no browser would let anybody type. */
async function fill(page: Page, action: string, values: Readonly<Record<string, string>>): Promise<void> {
  const form = page.locator(`main form[action$="${action}"]`).first()
  await form.evaluate((form) => {
    form.setAttribute('novalidate', '')
    form.closest('details')?.setAttribute('open', '')
  })
  for (const [name, value] of Object.entries(values)) {
    const field = form.locator(`[name="${name}"]`)
    await field.evaluate((input, text) => {
      if (input.getAttribute('type') !== 'hidden') input.setAttribute('type', 'text')
      input.setAttribute('value', text)
    }, value)
  }
}

const staff = (name: string, way: CheckedPage['open'], as: CheckedPage['as'] = 'staff'): CheckedPage => ({
  name,
  as,
  open: way,
})

/** One line for each route of a page: a new one is here, too. */
const everyRoute = routes.map(([route]) => staff(`${route} of the portal`, (page) => open(page, route)))

const nobodyHas = (route: Route) =>
  staff(`${route} with nothing to show`, (page) => open(page, route), 'newcomer')

const openAll = async (page: Page, route: Route) => {
  const response = await open(page, route)
  for (const summary of await page.locator('summary').all()) await summary.click()
  return response
}

/** A record that a client system changes while somebody has its form open. */
const overtaken =
  (
    route: Route,
    folded: string,
    change: (system: Awaited<ReturnType<typeof aSystem>>, id: string) => Promise<unknown>,
  ) =>
  async (page: Page) => {
    await open(page, route)
    await unfold(page, folded)
    await change(
      await aSystem(server(), companies.looked.id),
      (await records())[route].split('/').at(-1) ?? '',
    )
    return press(page, 'Save')
  }

/** What differs each time. */
const another = () => crypto.randomUUID().slice(0, 8)

export const portalPages: readonly CheckedPage[] = [
  ...everyRoute,
  ...(
    ['/portal', '/portal/calendars', '/portal/subscribers', '/portal/payments', '/portal/webhooks'] as const
  ).map(nobodyHas),
  ...(
    [
      '/portal',
      '/portal/webhooks/:id',
      '/portal/calendars/:id',
      '/portal/events/:id',
      '/portal/subscribers/:ecalId',
      '/portal/payments/:accountId',
    ] as const
  ).map((route) => staff(`${route}, all open`, (page) => openAll(page, route))),
  staff('a month of a calendar', (page) =>
    open(page, '/portal/calendars/:id', `?month=${new Date().toISOString().slice(0, 7)}`),
  ),
  staff('what is over of a calendar', (page) => open(page, '/portal/calendars/:id', '?past=1')),
  staff('a search that finds nobody', (page) => open(page, '/portal/subscribers', '?q=zaphod')),
  staff('bills of a company', async (page) => {
    await open(page, '/portal/billing')
    await page.getByLabel(/^Team/).check()
    await press(page, /^(Choose|Change) th/)
    return press(page, 'Buy')
  }),
  staff('a form of the portal that was sent by nobody in', async (page) => {
    await open(page, '/portal/settings')
    await page.context().clearCookies()
    return press(page, 'Save')
  }),
  staff('a form of the portal of an earlier sign-in', async (page) => {
    await open(page, '/portal/settings')
    await fill(page, '/settings', { csrf: 'of another' })
    return press(page, 'Save')
  }),
  staff('a page that isn’t for a Guest', (page) => open(page, '/portal/options'), 'guest'),
  staff('a calendar as a Guest has it', (page) => open(page, '/portal/calendars/:id'), 'guest'),
  staff('a place that the portal doesn’t have', (page) => page.goto(`${inject('origin')}/portal/nowhere`)),
  staff('an address of the portal that takes a form only', (page) =>
    page.goto(`${inject('origin')}/portal/logout`),
  ),
  staff(
    'a calendar that was changed meanwhile',
    overtaken('/portal/calendars/:id', 'Change this calendar', (system, id) =>
      system.api('PUT', `/calendar/${id}`, { note: another() }),
    ),
  ),
  staff(
    'an event that was changed meanwhile',
    overtaken('/portal/events/:id', 'Change this event', (system, id) =>
      system.api('PUT', `/event/${id}`, { location: another() }),
    ),
  ),
  staff(
    'a webhook endpoint that was changed meanwhile',
    overtaken('/portal/webhooks/:id', 'Change this endpoint', (system, id) =>
      system.api('PUT', `/webhook/${id}`, { description: another() }),
    ),
  ),
  staff('an event with mistakes', async (page) => {
    await open(page, '/portal/calendars/:id')
    await fill(page, '/events', {
      name: '',
      startDate: '2030-02-30',
      startTime: '25:00',
      timezone: 'Nowhere',
      url: 'mailto:a@b.example',
    })
    return press(page, 'Add the event')
  }),
  staff('a calendar with mistakes', async (page) => {
    await open(page, '/portal/calendars')
    await fill(page, '/calendars', { name: 'x', timezone: 'Nowhere' })
    return press(page, 'Make the calendar')
  }),
  staff('a webhook endpoint with mistakes', async (page) => {
    await open(page, '/portal/webhooks')
    await fill(page, '/webhooks', { url: 'ftp://files.example' })
    return press(page, 'Make the endpoint')
  }),
  staff('a payment date with mistakes', async (page) => {
    await open(page, '/portal/payments/:accountId')
    await fill(page, '/schedules', { dueDate: '2020-01-01', amount: 'much' })
    return press(page, 'Add the payment date')
  }),
  staff('settings with mistakes', async (page) => {
    await open(page, '/portal/settings')
    await fill(page, '/settings', { name: '', timezone: 'Nowhere' })
    return press(page, 'Save')
  }),
  staff('a key with its secret', async (page) => {
    await open(page, '/portal/options')
    return press(page, 'Make a key')
  }),
  staff('the secret of a webhook endpoint', async (page) => {
    await open(page, '/portal/webhooks/:id')
    return press(page, 'secret')
  }),
  staff('a new feed address', async (page) => {
    const system = await aSystem(server(), companies.looked.id)
    const { ecalId } = await system.signUp({ email: `${another()}@customers.example` })
    await page.goto(`${inject('origin')}/portal/subscribers/${ecalId}`)
    return press(page, 'Confirm the e-mail')
  }),
  staff('a question before a calendar is deleted', async (page) => {
    await open(page, '/portal/calendars/:id')
    return press(page, 'Delete this calendar …')
  }),
  staff(
    'a page of the portal after too many requests',
    async (page) => {
      const url = `${inject('origin')}/portal/help`
      const cookies = await page.context().cookies(url)
      const headers = { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') }
      return afterTooMany(
        () => fetch(url, { method: 'HEAD', headers }),
        () => open(page, '/portal/help'),
      )
    },
    'hasty',
  ),
]
