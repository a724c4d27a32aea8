import type { Page } from 'playwright-core'
import { describe, inject, it } from 'vitest'
import { scrollsSideways, theBrowser } from './chromium'

const origin = inject('origin')
const browser = await theBrowser()

const views = {
  'a phone': { viewport: { width: 360, height: 740 } },
  'a desktop': { viewport: { width: 1280, height: 900 } },
  'a desktop in the dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
} as const

/** Opens the page; `complaints` gets what the browser refused, what failed, and what went elsewhere. */
async function open(options: object): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    const { origin: asked, protocol } = new URL(request.url())
    if (asked !== origin && protocol !== 'data:') complaints.push(request.url())
  })
  await page.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', (event) => {
      console.error('refused: ' + event.violatedDirective + ' ' + event.blockedURI)
    })`,
  })
  await page.goto(`${origin}/docs`)
  return { page, complaints }
}

describe.for(Object.entries(views))('the reference on %s', ([name, options]) => {
  it('is shown by its component, which asks nobody else for anything', async ({ expect }) => {
    const { page, complaints } = await open(options)
    await page.locator('#operations').waitFor({ state: 'detached' })
    const heading = page.getByRole('heading', { name: 'Make an event, public or private' })
    await heading.scrollIntoViewIfNeeded()
    expect(await page.locator('main').textContent()).toContain('Idempotency-Key')
    expect(await scrollsSideways(page)).toBe(false)
    await page.screenshot({ path: `artifacts/docs-${name.replaceAll(' ', '-')}.png` })
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

describe('the first call', () => {
  it('is copied by a button', async ({ expect }) => {
    const { page } = await open(views['a desktop'])
    await page.getByRole('button', { name: 'Copy', exact: true }).first().click()
    await page.getByText('Copied').first().waitFor()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    expect(copied).toContain(`curl -sS "${origin}/apiv2/calendar?apiKey=$key&apiSign=$sign"`)
    await page.context().close()
  })
})

describe('the reference without a script', () => {
  it('lists every operation, at 320 px too', async ({ expect }) => {
    const { page } = await open({ viewport: { width: 320, height: 640 }, javaScriptEnabled: false })
    expect(await page.locator('#operations li').count()).toBeGreaterThan(80)
    expect(await page.getByRole('link', { name: 'OpenAPI document' }).getAttribute('href')).toBe(
      '/openapi.json',
    )
    expect(await page.getByRole('button').count()).toBe(0)
    expect(await scrollsSideways(page)).toBe(false)
    await page.screenshot({ path: 'artifacts/docs-without-script.png' })
    await page.context().close()
  })
})
