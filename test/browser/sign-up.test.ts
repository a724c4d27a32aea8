import type { Page } from 'playwright-core'
import { describe, inject, it } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import { checkedFeed } from '../support/checked-feed'
import { scrollsSideways, theBrowser } from './chromium'

const origin = inject('origin')
const link = `${origin}/button/v1/ecal.html?apiKey=${demo.apiKey}&widgetId=${demo.widgetId}`

const browser = await theBrowser()

const viewports = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 900 },
}

/** Runs with a page whose scripts are off: the sign-up page needs none. */
async function withPage(viewport: keyof typeof viewports, run: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: viewports[viewport], javaScriptEnabled: false })
  try {
    await run(await context.newPage())
  } finally {
    await context.close()
  }
}

describe.for(Object.keys(viewports) as (keyof typeof viewports)[])(
  'connecting a calendar on a %s',
  (viewport) => {
    it('takes an e-mail and one press, without a script', ({ expect }) =>
      withPage(viewport, async (page) => {
        await page.goto(link)
        await page.screenshot({ path: `artifacts/sign-up-${viewport}.png`, fullPage: true })
        expect(await page.locator('h1').count()).toBe(1)
        expect(await scrollsSideways(page)).toBe(false)
        const email = `${viewport}@example.com`
        await page.getByLabel(/e-mail/i).fill(email)
        await page.getByRole('button', { name: /google/i }).click()
        await page.screenshot({ path: `artifacts/connected-${viewport}.png`, fullPage: true })
        const main = await page.locator('a[href^="https://www.google.com/calendar/render?cid="]').first()
        expect(await main.isVisible()).toBe(true)
        expect(await scrollsSideways(page)).toBe(false)

        const url = signUrl({
          method: 'GET',
          url: `${origin}/apiv2/subscriber/${email}`,
          apiKey: demo.apiKey,
          secret: demo.secret,
        })
        const { data } = (await (await fetch(url)).json()) as {
          data: { calendarUrl: { httpCalUrl: string } }
        }
        const feed = await checkedFeed(await fetch(data.calendarUrl.httpCalUrl))
        expect(await feed.text()).toContain('SUMMARY:Your calendar is connected to Demo Publisher')
      }))

    it('says what is wrong with an address, and keeps what was typed', ({ expect }) =>
      withPage(viewport, async (page) => {
        await page.goto(link)
        const email = page.getByLabel(/e-mail/i)
        // Browsers take an address without a dot; the server takes it too. White space inside it is nobody's address.
        await email.evaluate((input) => input.setAttribute('type', 'text'))
        await email.fill('ann example.com')
        await page.getByRole('button', { name: /apple/i }).click()
        await page.screenshot({ path: `artifacts/sign-up-error-${viewport}.png`, fullPage: true })
        const again = page.getByLabel(/e-mail/i)
        expect(await again.inputValue()).toBe('ann example.com')
        expect(await again.getAttribute('aria-invalid')).toBe('true')
        const described = await again.getAttribute('aria-describedby')
        expect(await page.locator(`#${described?.split(' ')[0]}`).isVisible()).toBe(true)
      }))
  },
)
