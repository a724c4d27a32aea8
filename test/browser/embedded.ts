import type { BrowserContextOptions, FrameLocator, Locator, Page } from 'playwright-core'
import { theBrowser } from './chromium'
import { startSite } from './third-party'

export const viewports = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 900 },
}

type Run = (page: Page, complaints: string[]) => Promise<void>

/** A browser beside a site of somebody else that embeds the widget. */
export async function startEmbedding(daybook: string) {
  const [browser, site] = await Promise.all([theBrowser(), startSite(daybook)])
  return {
    browser,
    origin: site.origin,
    /** Opens a page of the site; `complaints` collects what the browser finds wrong in it. */
    async visit(path: string, options: BrowserContextOptions, run: Run): Promise<void> {
      const context = await browser.newContext({ viewport: viewports.desktop, ...options })
      try {
        const page = await context.newPage()
        const complaints: string[] = []
        page.on('console', (message) => {
          if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
        })
        page.on('pageerror', (error) => complaints.push(error.message))
        await page.goto(`${site.origin}${path}`)
        if (options.javaScriptEnabled !== false) await page.waitForFunction('window.EcalWidget')
        await run(page, complaints)
      } finally {
        await context.close()
      }
    },
    stop: () => site.stop(),
  }
}

export const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Sync to calendar' })
export const frameOf = (page: Page) => page.frameLocator('iframe[title="Sync to calendar"]')

/** Waits until no dialog is there. */
export const untilEnded = (page: Page) => page.locator('dialog').waitFor({ state: 'detached' })

export const textOf = async (locator: Locator) => (await locator.textContent())?.trim()

/** The feed behind the address that the confirmation shows. */
export async function feedOf(page: Page | FrameLocator): Promise<string> {
  const address = await page.getByLabel('Calendar address').inputValue()
  return (await fetch(address.replace('https:', 'http:'))).text()
}
