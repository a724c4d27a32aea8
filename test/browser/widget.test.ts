import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { scrollsSideways } from './chromium'
import { dialogOf, feedOf, frameOf, startEmbedding, textOf, untilEnded, viewports } from './embedded'

const origin = inject('origin')

let embedding: Awaited<ReturnType<typeof startEmbedding>>

beforeAll(async () => {
  embedding = await startEmbedding(origin)
})

afterAll(() => embedding.stop())

describe.for(Object.keys(viewports) as (keyof typeof viewports)[])(
  'a page of another site, on a %s',
  (name) => {
    const viewport = viewports[name]

    it('connects a calendar without leaving it', ({ expect }) =>
      embedding.visit('/', { viewport }, async (page, complaints) => {
        await page.getByText('All fixtures').click()
        const [dialog, frame] = [dialogOf(page), frameOf(page)]
        const first = frame.locator('button').first()
        await first.waitFor()
        const close = dialog.getByRole('button', { name: 'Close' })
        expect(await close.evaluate((button) => button.matches(':focus'))).toBe(true)
        await page.screenshot({ path: `artifacts/widget-${name}.png` })
        const box = await dialog.boundingBox()
        if (name === 'phone') expect(box).toEqual({ x: 0, y: 0, ...viewport })
        else expect(box?.width).toBe(480)
        const button = await first.boundingBox()
        expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThan(viewport.height)
        expect(button?.height).toBeGreaterThanOrEqual(48)

        const calendars = frame.locator('summary').first()
        expect(await calendars.getByText('all 2 chosen').isVisible()).toBe(true)
        await calendars.click()
        await frame.getByLabel('Demo Club').uncheck()
        expect(await calendars.getByText('some of 2 chosen').isVisible()).toBe(true)
        await frame.getByLabel('Demo Fixtures').uncheck()
        expect(await calendars.getByText('none chosen').isVisible()).toBe(true)
        await frame.getByLabel('Demo Club').check()
        await frame.getByLabel('E-mail').fill(`widget-${name}@example.com`)
        await frame.getByRole('button', { name: 'Google Calendar' }).click()
        await frame.getByRole('heading', { name: 'You’re connected' }).waitFor()
        await page.screenshot({ path: `artifacts/widget-connected-${name}.png` })
        const welcome = frame.getByRole('region', { name: 'The first entry in your calendar' })
        expect(await textOf(welcome)).toContain('Your calendar is connected to Demo Publisher')
        const next = frame.getByRole('link', { name: 'Open Google Calendar' })
        expect(await next.getAttribute('href')).toMatch(/^https:\/\/www\.google\.com\/calendar\/render\?cid=/)
        expect(await frame.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth)).toBe(
          false,
        )
        const feed = await feedOf(frame)
        expect(feed).toContain('SUMMARY:Your calendar is connected to Demo Publisher')

        await close.click()
        await untilEnded(page)
        expect(await textOf(page.locator(':focus'))).toBe('All fixtures')
        expect(page.url()).toBe(`${embedding.origin}/`)
        await page.getByText('My payments').click()
        expect(await frame.getByLabel('E-mail').inputValue()).toBe('known@example.com')
        expect(await frame.locator('fieldset').count()).toBe(0)
        expect(complaints).toEqual([])
      }))

    it('needs no script: its link leads to the hosted page, which does the same', ({ expect }) =>
      embedding.visit('/', { viewport, javaScriptEnabled: false }, async (page) => {
        await page.getByText('All fixtures').click()
        await page.getByLabel('E-mail').fill(`no-script-${name}@example.com`)
        await page.screenshot({ path: `artifacts/widget-no-script-${name}.png`, fullPage: true })
        await page.getByRole('button', { name: 'Apple Calendar' }).click()
        expect(await textOf(page.locator('h1'))).toBe('You’re connected')
        const next = page.getByRole('link', { name: 'Open Apple Calendar' })
        expect(await next.getAttribute('href')).toMatch(/^webcal:/)
        expect(await feedOf(page)).toContain('BEGIN:VEVENT')
      }))
  },
)

describe('the sync page at 320 px', () => {
  it.for(['light', 'dark'] as const)(
    'fits, with everything open and at twice the text size, in the %s',
    (colorScheme, { expect }) =>
      embedding.visit(
        '/',
        { viewport: { width: 320, height: 640 }, colorScheme, javaScriptEnabled: false },
        async (page) => {
          await page.getByText('All fixtures').click()
          for (const summary of await page.locator('summary').all()) await summary.click()
          expect(await scrollsSideways(page)).toBe(false)
          await page.screenshot({ path: `artifacts/widget-320-${colorScheme}.png`, fullPage: true })
          await page.locator('html').evaluate((html) => html.style.setProperty('font-size', '200%'))
          expect(await scrollsSideways(page)).toBe(false)
          await page.getByLabel('E-mail').fill(`narrow-${colorScheme}@example.com`)
          await page.getByRole('button', { name: 'Outlook', exact: true }).click()
          await page.locator('html').evaluate((html) => html.style.setProperty('font-size', '200%'))
          expect(await textOf(page.locator('h1'))).toBe('You’re connected')
          expect(await scrollsSideways(page)).toBe(false)
        },
      ),
  )
})
