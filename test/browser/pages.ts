import type { Page, Response } from 'playwright-core'
import { inject } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { type Document, operationsOf } from '../../src/platform/openapi/document'
import { portalPages } from './portal-pages'
import { afterTooMany } from './too-many'

/** Who has a session: an Admin, a Guest of the same company, an Admin of one that has nothing yet, one of many requests. */
export type Staff = 'staff' | 'guest' | 'newcomer' | 'hasty'

/** A page that is looked at by `accessibility.test.ts`: whose it is, and the way there, which ends with its answer. */
export type CheckedPage = {
  readonly name: string
  readonly as: 'visitor' | 'reader' | Staff
  readonly open: (page: Page) => Promise<Response | null>
}

const at = (path: string) => (page: Page) => page.goto(`${inject('origin')}${path}`)

const visitor = (name: string, open: CheckedPage['open']): CheckedPage => ({ name, as: 'visitor', open })
const reader = (name: string, open: CheckedPage['open']): CheckedPage => ({ name, as: 'reader', open })

/** The path of the sync page of the demo widget. */
export const syncPage = (more: Record<string, string> = {}) =>
  `/button/v1/ecal.html?${new URLSearchParams({ apiKey: demo.apiKey, widgetId: demo.widgetId, ...more })}`

const calendars = { calendar_reference: 'demo-fixtures,demo-club' }

/** Presses a button, and waits for the page that it leads to. */
async function press(page: Page, name: string | RegExp): Promise<Response> {
  const answered = page.waitForResponse((response) => response.request().isNavigationRequest())
  await page.getByRole('button', { name }).first().click()
  const response = await answered
  await page.waitForLoadState()
  return response
}

/** Signs up through the sync page. */
const signUp =
  (application: string, email = `${crypto.randomUUID()}@example.com`) =>
  async (page: Page) => {
    await at(syncPage(calendars))(page)
    for (const summary of await page.locator('summary').all()) await summary.click()
    await page.getByLabel('E-mail').fill(email)
    return press(page, application)
  }

/** Operations that have between them every sort of thing that the component shows: axe takes minutes over all ninety. */
const variety = ['listEvents', 'createEvent', 'signUp', 'readFeed', 'createToken', 'createEventSubscription']

function onlyVariety(document: Document): Document {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const { method, path, operation } of operationsOf(document)) {
    if (!variety.includes(operation.operationId ?? '')) continue
    paths[path] = { ...paths[path], [method]: operation }
  }
  return { ...document, paths: paths as Document['paths'] }
}

/** Every page that is looked at: another one is another line. */
export const pages: readonly CheckedPage[] = [
  visitor('the sync page', at(syncPage())),
  visitor(
    'the sync page of a signed link',
    at(syncPage({ email: 'a@b.example', emailSign: '0'.repeat(64) })),
  ),
  visitor('the sync page, all open', async (page) => {
    const response = await at(syncPage(calendars))(page)
    for (const summary of await page.locator('summary').all()) await summary.click()
    return response
  }),
  visitor('the sync page with a mistake', async (page) => {
    await at(syncPage(calendars))(page)
    await page.getByLabel('E-mail').evaluate((input) => input.setAttribute('type', 'text'))
    await page.getByLabel('E-mail').fill('no e-mail')
    await page.getByLabel('Demo Club').evaluate((box) => box.setAttribute('value', 'gone'))
    return press(page, 'Google Calendar')
  }),
  visitor('the sync page after too many tries', pressTooOften),
  visitor('the confirmation for Apple Calendar', signUp('Apple Calendar')),
  visitor('the confirmation for Google Calendar', signUp('Google Calendar')),
  visitor('the confirmation for Yahoo Calendar', signUp('Yahoo Calendar')),
  visitor('an address that is connected already', async (page) => {
    const email = `${crypto.randomUUID()}@example.com`
    await signUp('Outlook', email)(page)
    return signUp('Outlook', email)(page)
  }),
  visitor('an incomplete link', at('/button/v1/ecal.html')),
  visitor('a link that leads nowhere', at(syncPage({ widgetId: 'unknown' }))),
  visitor('the ways into the portal', at('/portal/sign-in')),
  visitor('a sign-in link that was used', at('/portal/sign-in/used')),
  ...portalPages,
  reader('the reference', async (page) => {
    await page.route('**/openapi.json', async (route) => {
      const response = await route.fetch()
      return route.fulfill({ response, json: onlyVariety(await response.json()) })
    })
    const response = await at('/docs')(page)
    await page.locator('#operations').waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'Make an event, public or private' }).waitFor()
    return response
  }),
  reader('the reference where its scripts don’t come', async (page) => {
    await page.route('**/docs/*.js', (route) => route.abort())
    return at('/docs')(page)
  }),
]

/** Presses once the limit of a widget is reached: of one that isn't there, so that no other test meets it. */
async function pressTooOften(page: Page): Promise<Response | null> {
  const [url, widgetId] = [`${inject('origin')}/button/v1/subscriptions`, crypto.randomUUID()]
  const headers = { 'Content-Type': 'application/json' }
  return afterTooMany(
    () => fetch(url, { method: 'POST', headers, body: JSON.stringify({ widgetId }) }),
    async () => {
      await at(syncPage(calendars))(page)
      await page.locator('[name=widgetId]').evaluate((input, id) => input.setAttribute('value', id), widgetId)
      await page.getByLabel('E-mail').fill('often@example.com')
      return press(page, 'Google Calendar')
    },
  )
}
