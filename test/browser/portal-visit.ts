import type { Browser, Page } from 'playwright-core'
import { expect, inject } from 'vitest'
import { portalLink } from '../../scripts/portal-link.mjs'
import { scrollsSideways } from './chromium'

export const viewports = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1440, height: 900 },
} as const

export type Viewport = keyof typeof viewports

type Guest = Parameters<typeof portalLink>[3]

/** Signs somebody in to the portal of a publisher. Each comes from an address of their own: one may try 20 times a minute. */
export async function signIn(page: Page, publisherId: number, guest: Guest): Promise<void> {
  const url = await portalLink(inject('origin'), inject('operatorToken'), publisherId, guest)
  const address = `2001:db8::${crypto.randomUUID().slice(0, 4)}`
  await page.setExtraHTTPHeaders({ 'CF-Connecting-IP': address })
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.setExtraHTTPHeaders({})
}

/** Somebody at the portal, in a browser without scripts, with a link that signs them in as an Admin of a publisher. */
export async function aVisit(
  browser: Browser,
  viewport: Viewport,
  { origin, operatorToken }: { readonly origin: string; readonly operatorToken: string },
  publisherId: number,
  guest: Guest,
) {
  const url = await portalLink(origin, operatorToken, publisherId, guest)
  const context = await browser.newContext({ viewport: viewports[viewport], javaScriptEnabled: false })
  const page = await context.newPage()
  return {
    url,
    context,
    page,
    main: page.locator('main'),
    /** Keeps what a page looks like; it has one heading, and nothing of it stands aside. */
    look: async (called: string) => {
      await page.screenshot({ path: `artifacts/portal-${called}-${viewport}.png`, fullPage: true })
      expect(await page.locator('h1').count()).toBe(1)
      expect(await scrollsSideways(page), called).toBe(false)
    },
    go: (place: string) => page.getByRole('navigation').getByRole('link', { name: place }).click(),
    press: (button: string | RegExp) => page.getByRole('button', { name: button }).first().click(),
  }
}
