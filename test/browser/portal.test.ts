import { describe, inject, it } from 'vitest'
import { scrollsSideways, theBrowser } from './chromium'
import { companies } from './companies'
import { aVisit, signIn, type Viewport, viewports } from './portal-visit'

const origin = inject('origin')
const browser = await theBrowser()

describe.for(Object.keys(viewports) as Viewport[])('the portal on a %s', (viewport) => {
  it('lets an Admin in by a link, without a script, and does what it has buttons for', async ({ expect }) => {
    const { id, name } = companies.portal[viewport]
    const at = { origin, operatorToken: inject('operatorToken') }
    const visit = await aVisit(browser, viewport, at, id, {
      email: 'ann@acme.example',
      firstName: 'Ann',
      lastName: 'Lee',
    })
    const { url, context, page, main, look, go, press } = visit
    try {
      await page.goto(`${origin}/portal`)
      expect(page.url()).toBe(`${origin}/portal/sign-in`)
      await look('sign-in')
      await page.goto(url)
      await look('sign-in-link')
      await press('Sign in')
      expect(page.url()).toBe(`${origin}/portal`)
      expect(await page.locator('h1').textContent()).toBe(name)
      expect(await main.textContent()).toContain('people 120 of 250')
      await look('home')

      await go('Options')
      await look('options')
      await press('Show the first secret')
      expect(await page.getByLabel('Secret').inputValue()).toBe(`first-secret-of-${id}`)
      await go('Options')
      expect(await page.getByRole('button', { name: 'Show the first secret' }).count()).toBe(0)
      await press('Make a key')
      const [key, secret] = [page.getByLabel('Key'), page.getByLabel('Secret')]
      expect(await secret.inputValue()).toMatch(/^[0-9a-f]{64}$/)
      const apiKey = await key.inputValue()
      await look('new-key')
      await page.reload()
      expect(await main.textContent()).toContain('isn’t shown a second time')
      await go('Options')
      expect(await main.textContent()).toContain(apiKey)
      await press(`Revoke ${apiKey}`)
      await look('question')
      await press('Revoke the key')
      expect(await main.textContent()).toContain('The key is revoked')
      await look('options-notice')

      await go('Billing')
      await look('billing')
      await page.getByLabel(/^Team/).check()
      await press('Choose this plan')
      expect(page.url()).toBe(`${origin}/portal/billing`)
      expect(await main.textContent()).toContain('The plan is chosen.')
      await page.getByLabel('Extra').selectOption('hour')
      await page.getByLabel('Quantity').evaluate((input) => input.removeAttribute('max'))
      await page.getByLabel('Quantity').fill('700')
      await press('Buy')
      await look('billing-error')
      expect(await page.getByLabel('Quantity').inputValue()).toBe('700')
      expect(await page.getByLabel('Extra').inputValue()).toBe('hour')
      await page.getByLabel('Quantity').fill('2')
      await press('Buy')
      expect(await main.textContent()).toContain('2 × An hour of help')
      await look('billing-bought')

      await go('Users')
      expect(await main.textContent()).toContain('Carla Okonkwo-Featherstone')
      await look('users')
      await go('Help')
      await look('help')
      await press('Sign out')
      expect(page.url()).toBe(`${origin}/portal/sign-in`)
      await page.goto(`${origin}/portal/billing`)
      expect(page.url()).toBe(`${origin}/portal/sign-in`)
    } finally {
      await context.close()
    }
  })

  it('is usable at 320 px, and by the keyboard from its first link on', async ({ expect }) => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme: 'dark' })
    const page = await context.newPage()
    try {
      await signIn(page, companies.portal[viewport].id, { email: 'ben@acme.example' })
      for (const path of ['', '/options', '/billing', '/users', '/help']) {
        await page.goto(`${origin}/portal${path}`)
        expect(await scrollsSideways(page), path).toBe(false)
      }
      await page.screenshot({ path: `artifacts/portal-help-320-${viewport}.png` })
      await page.goto(`${origin}/portal/users`)
      await page.screenshot({ path: `artifacts/portal-users-320-${viewport}.png`, fullPage: true })
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus').textContent()).toBe('Skip to content')
      expect(
        await page.locator(':focus').evaluate((link) => link.getBoundingClientRect().top),
      ).toBeGreaterThan(0)
      await page.keyboard.press('Enter')
      expect(await page.locator(':focus').getAttribute('id')).toBe('content')
    } finally {
      await context.close()
    }
  })
})
