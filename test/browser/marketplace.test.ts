import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject, it, vi } from 'vitest'
import { createMarketplace, type Marketplace, tenantSettings } from '../../scripts/marketplace/index.mjs'
import { theBrowser } from './chromium'

const origin = inject('origin')
const TENANT = 'clicked'
const COUNTS = { 'cld-1': { people: 130, events: 12, invoices: 6 } }

const browser = await theBrowser()

let hub: Marketplace

beforeAll(async () => {
  hub = await createMarketplace({ port: 0, tenant: TENANT, daybookOrigin: origin, counts: COUNTS })
  await hub.start()
  const made = await operate('PUT', '', tenantSettings(hub, { trialDays: 0 }))
  if (!made.ok) throw new Error(await made.text())
})

afterAll(() => hub.stop())

const operate = (method: string, path: string, body?: unknown) =>
  fetch(`${origin}/operator/marketplaces/${TENANT}${path}`, {
    method,
    headers: { Authorization: `Bearer ${inject('operatorToken')}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and the test asserts its values
const company = async (): Promise<any> => (await operate('GET', '/groups/cld-1')).json()

/** Launches Daybook from the marketplace's start page, as a person does. */
async function launch(page: Page, user: string, group = 'cld-1'): Promise<void> {
  await page.goto(`${hub.origin}/launch?user=${user}&group_id=${group}`)
  // The marketplace posts its answer by itself, or by a button.
  await page.waitForURL((url) => url.origin === origin, { timeout: 20_000 })
}

const shown = (page: Page) => page.locator('body').textContent()
const look = (page: Page, called: string) =>
  page.screenshot({ path: `artifacts/marketplace-${called}.png`, fullPage: true })

async function withPage(act: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    await act(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

describe('a company of the marketplace, clicked through', () => {
  it('is launched, shared, billed, left and ended', async ({ expect }) => {
    await withPage(async (page) => {
      await page.goto(hub.origin)
      await look(page, 'start')

      // The first launch makes the company, and its first user an Admin.
      await launch(page, 'usr-1')
      expect(page.url()).toBe(`${origin}/portal`)
      expect(await page.locator('h1').textContent()).toBe('Acme Lending')
      expect(await shown(page)).toContain('Ann')
      await look(page, 'first-launch')
      await vi.waitFor(
        async () =>
          expect((await company()).connec.import).toMatchObject({
            state: 'done',
            entities: { people: { imported: 130 }, events: { state: 'done' }, invoices: { imported: 6 } },
          }),
        { timeout: 30_000, interval: 250 },
      )

      // A plan is billed at once: there is no trial.
      await page.goto(`${origin}/portal/billing`)
      await page.getByRole('radio', { name: /^Standard(?!, by)/ }).check()
      await page.getByRole('button', { name: /plan/i }).first().click()
      await vi.waitFor(
        () => expect([...hub.recurringBills.values()].map((bill) => bill.price_cents)).toEqual([4900]),
        {
          timeout: 10_000,
        },
      )
      await page.goto(`${origin}/portal/billing`)
      await look(page, 'billing')

      // Launched again, Ann is who she was.
      await launch(page, 'usr-1')
      expect((await company()).users).toHaveLength(1)

      await withPage(async (other) => {
        await launch(other, 'usr-2')
        expect(await other.locator('h1').textContent()).toBe('Acme Lending')
        expect((await company()).users.map((user: { role: string }) => user.role)).toEqual([
          'Super Admin',
          'Member',
        ])
        // A Member reads; keys are for Admins.
        expect((await other.goto(`${origin}/portal/options`))?.status()).toBe(403)

        // Removed at the marketplace, Ben is out at once, and his companies elsewhere are untouched.
        await hub.cancelUser('cld-1', 'usr-2')
        await other.goto(`${origin}/portal`)
        expect(other.url()).toBe(`${origin}/portal/sign-in`)
        await look(other, 'removed')
      })

      // The subscription ends: the session shows it at once, and a new launch too.
      await hub.cancelGroup('cld-1')
      expect((await page.goto(`${origin}/portal`))?.status()).toBe(403)
      expect(await shown(page)).toContain('Your subscription has ended')
      await look(page, 'ended')
      await launch(page, 'usr-1')
      expect(await shown(page)).toContain('Your subscription has ended')
      await vi.waitFor(
        () => expect([...hub.recurringBills.values()].map((bill) => bill.status)).toEqual(['cancelled']),
        {
          timeout: 10_000,
        },
      )
    })
  })

  it('signs out of Daybook and the marketplace', async ({ expect }) => {
    await withPage(async (page) => {
      await launch(page, 'usr-3', 'cld-2')
      await page.getByRole('button', { name: 'Sign out' }).first().click()
      await page.waitForURL((url) => url.origin === hub.origin)
      expect(page.url()).toBe(`${hub.origin}/app_logout?user_uid=usr-3`)
      await page.goto(`${origin}/portal`)
      expect(page.url()).toBe(`${origin}/portal/sign-in`)
    })
  })
})
