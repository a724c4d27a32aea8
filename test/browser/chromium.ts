import { mkdirSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'

let started: Promise<Browser> | undefined

/** The Chromium that was found: one for all files of a worker, which ends with it. Screenshots go to `artifacts`. */
export function theBrowser(): Promise<Browser> {
  started ??= start()
  return started
}

function start(): Promise<Browser> {
  mkdirSync('artifacts', { recursive: true })
  return chromium.launch({
    executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}

export const scrollsSideways = (page: Page) =>
  page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth)
