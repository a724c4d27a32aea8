import axe from 'axe-core'
import { HtmlValidate } from 'html-validate'
import type { BrowserContext, Page } from 'playwright-core'
import { beforeAll, describe, inject, it } from 'vitest'
import { scrollsSideways, theBrowser } from './chromium'
import { companies } from './companies'
import { dialogOf, startEmbedding } from './embedded'
import { pages, type Staff } from './pages'
import { signIn } from './portal-visit'

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

const browser = await theBrowser()
const sessions = new Map<string, Session>()

beforeAll(async () => {
  for (const [as, { companyId, role }] of Object.entries(guests)) {
    const context = await browser.newContext()
    const guest = { email: `${as}@acme.example`, firstName: 'Lou', lastName: 'Looker', role }
    await signIn(await context.newPage(), companyId, guest)
    sessions.set(as, await context.storageState())
    await context.close()
  }
})

/** The reference's component writes white into the buttons that choose between shapes, whatever its theme: too faint in the dark. */
const isChoiceOfShape = (rule: string, html: string) =>
  rule === 'color-contrast' && /^<button class="sc-\w+ \w+">/.test(html)

/** What axe finds to be serious or critical, with the elements concerned. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source)
  const { violations } = await page.evaluate<axe.AxeResults>(
    "axe.run(document, { iframes: false, resultTypes: ['violations'] })",
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .filter(({ html }) => !isChoiceOfShape(id, html))
        .map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
}

const widths = { desktop: 1280, phone: 360 }
const colours = ['light', 'dark'] as const

/** Whose answers are kept for how long. */
const isPublic = (as: string) => as === 'reader'

describe('in the light and in the dark, on a desktop and on a phone', () => {
  it.for(pages)(
    '$name has nothing that shuts anybody out',
    { timeout: 120_000 },
    async ({ name, as, open }, { expect }) => {
      const storageState = sessions.get(as)
      const context = await browser.newContext({
        colorScheme: 'light',
        viewport: { width: widths.desktop, height: 740 },
        ...(storageState === undefined ? {} : { storageState }),
      })
      try {
        const page = await context.newPage()
        let response = await open(page)
        const file = name.replace(/[^a-z]+/gi, '-')
        for (const colour of colours) {
          await page.emulateMedia({ colorScheme: colour })
          // The component of the reference is built anew in other colours.
          if (isPublic(as) && colour === 'dark') response = await open(page)
          for (const [device, width] of Object.entries(widths)) {
            await page.setViewportSize({ width, height: 740 })
            const path = `artifacts/looked-at-${file}-${device}-${colour}.png`
            await page.screenshot({ path, fullPage: !isPublic(as) })
            expect(await violations(page), `${device}, ${colour}`).toEqual([])
            expect(await scrollsSideways(page), `${device}, ${colour}`).toBe(false)
          }
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
      for (const colorScheme of colours) {
        await embedding.visit('/', { colorScheme }, async (page) => {
          await page.getByText('My payments').click()
          await dialogOf(page).waitFor()
          expect(await violations(page), colorScheme).toEqual([])
        })
      }
    } finally {
      await embedding.stop()
    }
  })
})
