import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { describe, inject, it, vi } from 'vitest'
import { patience } from '../support/waiting'
import { theBrowser } from './chromium'
import { companies } from './companies'
import { aVisit, type Viewport, viewports } from './portal-visit'
import { aReceiver } from './receiver'

const origin = inject('origin')
const browser = await theBrowser()

/** Opens a page again until it says something. */
async function until(page: Page, said: RegExp): Promise<string> {
  return vi.waitFor(
    async () => {
      await page.reload()
      const words = (await page.locator('main').textContent()) ?? ''
      if (!said.test(words)) throw new Error(`not yet: ${words}`)
      return words
    },
    { timeout: 10_000, interval: 200 },
  )
}

describe.for(Object.keys(viewports) as Viewport[])('webhooks on a %s', (viewport) => {
  it('are set up by an Admin without a script: key, endpoint, test, log, and the message sent again', async ({
    expect,
  }) => {
    const receiver = await aReceiver()
    const at = { origin, operatorToken: inject('operatorToken') }
    const visit = await aVisit(browser, viewport, at, companies.webhooks[viewport].id, {
      email: 'dev@acme.example',
      firstName: 'Dev',
      lastName: 'Oyelaran',
    })
    const { url, context, page, main, look, go, press } = visit
    try {
      await page.goto(url)
      await press('Sign in')
      await go('Options')
      await press('Make a key')
      expect(await page.getByLabel('Secret').inputValue()).toMatch(/^[0-9a-f]{64}$/)

      await go('Webhooks')
      await look('webhooks-empty')
      const address = page.getByRole('textbox', { name: 'Address' })
      await address.fill('https://192.0.2.1/')
      await press('Make the endpoint')
      expect(await main.textContent()).toContain('Must have a host name, not an IP address.')
      expect(await address.inputValue()).toBe('https://192.0.2.1/')
      await look('webhooks-error')
      await address.fill(receiver.url)
      await page.getByLabel(/^What it is for/).fill('Core banking')
      await press('Make the endpoint')
      const secret = await page.getByLabel('Signing secret').inputValue()
      await look('webhook-secret')
      await page.reload()
      expect(await page.content()).not.toContain(secret)
      expect(await main.textContent()).toContain('isn’t shown a second time')

      await page.getByRole('link', { name: 'Go to the endpoint' }).click()
      await look('webhook-new')
      await press('Send a test')
      const ping = await receiver.first('webhook.ping')
      const headers = Object.fromEntries(
        Object.entries(ping.headers).map(([name, value]) => [name, String(value)]),
      )
      expect(new Webhook(secret).verify(ping.body, headers)).toMatchObject({ type: 'webhook.ping' })
      expect(await until(page, /Delivered/)).toContain('204')
      await look('webhook-log')

      await press(/^Send again: msg_ping_/)
      await vi.waitFor(() => expect(receiver.arrived).toHaveLength(2), patience)
      expect(receiver.arrived[1]?.headers['webhook-id']).toBe(ping.headers['webhook-id'])
      await page.locator('main tbody th a').first().click()
      expect(await until(page, /sent again/)).toContain(ping.body)
      await look('webhook-message')

      await go('Home')
      expect(await main.textContent()).toContain('Webhooks delivered')
      await page.getByText('The numbers').first().click()
      await look('home-charts')

      await go('Webhooks')
      await page.getByRole('link', { name: 'Core banking' }).click()
      await press('Delete')
      expect(await main.textContent()).toContain(`${receiver.url} is told nothing any more.`)
      await press('Delete the endpoint')
      expect(await main.textContent()).toContain('The endpoint is deleted.')
    } finally {
      await context.close()
    }
  })
})
