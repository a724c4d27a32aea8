import { mkdirSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Starts the Chromium that was found. Screenshots go to `artifacts`, which is there from then on. */
export function startBrowser(): Promise<Browser> {
  mkdirSync('artifacts', { recursive: true })
  return chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

export const scrollsSideways = (page: Page) =>
  page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth)
