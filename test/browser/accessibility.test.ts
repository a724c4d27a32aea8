import axe from 'axe-core'
import { HtmlValidate } from 'html-validate'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { portalLink } from '../../scripts/portal-link.mjs'
import { scrollsSideways, startBrowser } from './chromium'
import { companies } from './companies'
import { dialogOf, startEmbedding } from './embedded'
import { pages, type Staff } from './pages'

const origin = inject('origin')

/** The W3C's rules and those of accessible pages; how Hono writes its tags is no matter. */
const checker = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'doctype-style': 'off',
    // One name for each calendar ticked, and once more, empty, to say that there was a list.
    'form-dup-name': 'off',
    'void-style': 'off',
  },
})

type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/** Who is in, by the name that pages have for them. */
const guests = {
  staff: { companyId: companies.looked.id, role: 'Admin' },
  guest: { companyId: companies.looked.id, role: 'Guest' },
  newcomer: { companyId: companies.empty.id, role: 'Admin' },
  hasty: { companyId: companies.looked.id, role: 'Admin' },
} as const satisfies Record<Staff, unknown>

let browser: Browser
const sessions = new Map<string, Session>()

beforeAll(async () => {
  browser = await startBrowser()
  for (const [as, { companyId, role }] of Object.entries(guests)) {
    const guest = { email: `${as}@acme.example`, firstName: 'Lou', lastName: 'Looker', role }
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(await portalLink(origin, inject('operatorToken'), companyId, guest))
    await page.getByRole('button', { name: 'Sign in' }).click()
    sessions.set(as, await context.storageState())
    await context.close()
  }
})

afterAll(() => browser.close())

/** The reference's component writes white into the buttons that choose between shapes, whatever its theme: too faint in the dark. */
const isChoiceOfShape = (rule: string, html: string) =>
  rule === 'color-contrast' && /^<button class="sc-\w+ \w+">/.test(html)

/** What axe finds to be serious or critical, with the elements concerned. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document, { iframes: false })')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ html }) => !isChoiceOfShape(id, html))
        .map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
}

const widths = { desktop: 1280, phone: 360 }

/** Whose answers are kept for how long. */
const isPublic = (as: string) => as === 'reader'

describe.for(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.for(pages)(
    '$name has nothing that shuts anybody out',
    { timeout: 120_000 },
    async ({ name, as, open }, { expect }) => {
      const storageState = sessions.get(as)
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: widths.desktop, height: 740 },
        ...(storageState === undefined ? {} : { storageState }),
      })
      try {
        const page = await context.newPage()
        const response = await open(page)
        const file = name.replace(/[^a-z]+/gi, '-')
        for (const [device, width] of Object.entries(widths)) {
          await page.setViewportSize({ width, height: 740 })
          const path = `artifacts/looked-at-${file}-${device}-${colorScheme}.png`
          await page.screenshot({ path, fullPage: !isPublic(as) })
          expect(await violations(page), device).toEqual([])
          expect(await scrollsSideways(page), device).toBe(false)
        }

        const headers = response?.headers() ?? {}
        expect(headers['content-security-policy']).toMatch(/^default-src 'none'/)
        expect(headers['content-security-policy']).toContain(
          as === 'visitor' && page.url().includes('/button/')
            ? 'frame-ancestors *'
            : "frame-ancestors 'none'",
        )
        expect(headers['x-content-type-options']).toBe('nosniff')
        expect(headers['referrer-policy']).toBeTruthy()
        expect(headers['cache-control']).toBe(isPublic(as) ? 'public, max-age=300' : 'no-store')

        const text = (await response?.text()) ?? ''
        expect(text).toMatch(/^<!doctype html>/)
        const report = await checker.validateString(text)
        const messages = report.results.flatMap((result) => result.messages)
        expect(
          messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} ${line}:${column}`),
        ).toEqual([])
      } finally {
        await context.close()
      }
    },
  )

  it('the dialog of the widget in the page of another site', async ({ expect }) => {
    const embedding = await startEmbedding(origin)
    try {
      await embedding.visit('/', { colorScheme }, async (page) => {
        await page.getByText('My payments').click()
        await dialogOf(page).waitFor()
        expect(await violations(page)).toEqual([])
      })
    } finally {
      await embedding.stop()
    }
  })
})
