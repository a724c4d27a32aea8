import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { dialogOf, frameOf, startEmbedding, textOf, untilEnded } from './embedded'
import { keys } from './third-party'

const origin = inject('origin')
const { apiKey, widgetId } = demo

let embedding: Awaited<ReturnType<typeof startEmbedding>>

beforeAll(async () => {
  embedding = await startEmbedding(origin)
})

afterAll(() => embedding.stop())

/** What has the focus: the name of the element, in shadow roots too. */
const focused = (page: Page) =>
  page.evaluate<string>(
    '(function of(root) { const at = root.activeElement; return at?.shadowRoot ? of(at.shadowRoot) : at?.localName })(document)',
  )

describe('the dialog', () => {
  it('opens under a policy that lets in this script and this frame, and nothing else', ({ expect }) =>
    embedding.visit('/strict', {}, async (page, complaints) => {
      for (const name of ['My payments', 'All fixtures']) {
        await page.getByText(name).click()
        await frameOf(page).getByLabel('E-mail').waitFor()
        expect((await dialogOf(page).boundingBox())?.width).toBe(480)
        await page.keyboard.press('Escape')
        await untilEnded(page)
      }
      await page.getByText('My payments').click()
      await frameOf(page).getByLabel('E-mail').fill('strict@example.com')
      await frameOf(page).getByRole('button', { name: 'Apple Calendar' }).click()
      // No app takes it up here; what the policy refuses would end the frame.
      await frameOf(page).getByRole('link', { name: 'Open Apple Calendar' }).click()
      expect(await textOf(frameOf(page).locator('h1'))).toBe('You’re connected')
      expect(page.url()).toBe(`${embedding.origin}/strict`)
      expect(complaints).toEqual([])
    }))

  it('is had by the keyboard alone, which it keeps until its end', ({ expect }) =>
    embedding.visit('/', {}, async (page) => {
      const frame = frameOf(page)
      const email = 'keys@example.com'
      await page.keyboard.press('Tab')
      expect(await textOf(page.locator(':focus'))).toBe('My payments')
      await page.keyboard.press('Enter')
      await frame.getByLabel('E-mail').waitFor()
      expect(await focused(page)).toBe('button')
      await page.keyboard.press('Tab')
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.type(email)
      await page.keyboard.press('Enter')
      await frame.getByRole('heading', { name: 'You’re connected' }).waitFor()
      expect(await textOf(frame.locator('main'))).toContain(email)

      const way: string[] = []
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press(presses < 20 ? 'Tab' : 'Shift+Tab')
        way.push(await focused(page))
      }
      expect([...new Set(way)].sort()).toEqual(['button', 'iframe'])
      while ((await focused(page)) !== 'button') await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Space')
      await untilEnded(page)
      expect(await textOf(page.locator(':focus'))).toBe('My payments')
      await page.keyboard.press('Space')
      await dialogOf(page).waitFor()
      await page.keyboard.press('Escape')
      await untilEnded(page)
      expect(await textOf(page.locator(':focus'))).toBe('My payments')
    }))

  it('ends by a press beside it, and keeps the page behind where it was', ({ expect }) =>
    embedding.visit('/', {}, async (page) => {
      await page.mouse.wheel(0, 120)
      await page.waitForFunction('scrollY === 120')
      await page.evaluate(`EcalWidget.show(${JSON.stringify({ apiKey, widgetId })})`)
      await dialogOf(page).waitFor()
      await page.mouse.move(40, 40)
      await page.mouse.wheel(0, 400)
      await page.mouse.click(600, 450)
      expect(await dialogOf(page).count()).toBe(1)
      await page.mouse.click(40, 40)
      await untilEnded(page)
      expect(await page.evaluate('scrollY')).toBe(120)
      await page.mouse.wheel(0, 80)
      await page.waitForFunction('scrollY === 200')
    }))

  it('hears Escape from inside too where the page is of the same origin', async () => {
    const context = await embedding.browser.newContext({ bypassCSP: true })
    const page = await context.newPage()
    try {
      await page.goto(`${origin}/health`)
      await page.addScriptTag({ url: `${origin}/widget.js` })
      await page.evaluate(`EcalWidget.show(${JSON.stringify({ apiKey, widgetId })})`)
      await dialogOf(page).getByText('Opening …').waitFor({ state: 'detached' })
      await frameOf(page).getByLabel('E-mail').focus()
      await page.keyboard.press('Escape')
      await untilEnded(page)
    } finally {
      await context.close()
    }
  })

  it('says so in the frame where its page isn’t there', ({ expect }) =>
    embedding.visit('/', {}, async (page) => {
      await page.evaluate("EcalWidget.show({ widgetId: 'unknown', apiKey: 'unknown' })")
      expect(await textOf(frameOf(page).locator('h1'))).toBe('There is nothing here')
    }))
})

describe('a button', () => {
  it('that comes later opens the dialog too, in a shadow root as well', ({ expect }) =>
    embedding.visit('/', {}, async (page) => {
      const late = `<span class="ecal-sync-widget-button" ${keys} data-ecal-email="late@example.com"><b>Late</b></span>`
      await page.evaluate(`{
        document.querySelector('h1').insertAdjacentHTML('afterend', ${JSON.stringify(late)})
        const shadow = document.querySelector('.card').attachShadow({ mode: 'open' })
        shadow.innerHTML = ${JSON.stringify(late.replaceAll('ate', 'atest'))}
      }`)
      const button = page.getByRole('button', { name: 'Late', exact: true })
      await button.focus()
      await page.keyboard.press('Space')
      expect(await frameOf(page).getByLabel('E-mail').inputValue()).toBe('late@example.com')
      await page.keyboard.press('Escape')
      expect(await textOf(page.locator(':focus'))).toBe('Late')
      await page.getByText('Latest').click()
      expect(await frameOf(page).getByLabel('E-mail').inputValue()).toBe('latest@example.com')
    }))

  it('opens one dialog where the script is there twice', ({ expect }) =>
    embedding.visit('/twice', {}, async (page) => {
      await page.waitForLoadState('networkidle')
      await page.getByText('My payments').click()
      await dialogOf(page).waitFor()
      expect(await page.locator('dialog').count()).toBe(1)
      await page.keyboard.press('Escape')
      await untilEnded(page)
    }))

  it('that is no button is one for the keyboard and for screen readers', ({ expect }) =>
    embedding.visit('/divs', {}, async (page) => {
      const button = page.getByRole('button', { name: 'A div' })
      expect(await button.getAttribute('aria-haspopup')).toBe('dialog')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await dialogOf(page).waitFor()
    }))

  it('that is a link opens a tab of its own where somebody asks for one', ({ expect }) =>
    embedding.visit('/', {}, async (page) => {
      const opened = page.context().waitForEvent('page')
      await page.getByText('All fixtures').click({ modifiers: ['ControlOrMeta'] })
      const tab = await opened
      await tab.waitForLoadState()
      expect(tab.url()).toContain('/button/v1/ecal.html')
      expect(await dialogOf(page).count()).toBe(0)
    }))
})

describe('EcalWidget', () => {
  it('is the only global, shows with what init said, and hides', ({ expect }) =>
    embedding.visit('/', {}, async (page) => {
      const others = await page.evaluate<string[]>(`{
        const frame = document.body.appendChild(document.createElement('iframe'))
        Object.keys(window).filter((name) => !(name in frame.contentWindow) && isNaN(name))
      }`)
      expect(others.filter((name) => !name.startsWith('__playwright'))).toEqual(['EcalWidget'])
      const defaults = { apiKey, widgetId, email: 'init@example.com', subscriber_reference: 'loan-7' }
      await page.evaluate(`EcalWidget.init(${JSON.stringify(defaults)})`)
      await page.evaluate("EcalWidget.show({ calendar_reference: 'demo-club', data: { k: 'v' } })")
      const frame = frameOf(page)
      expect(await frame.getByLabel('E-mail').inputValue()).toBe('init@example.com')
      expect(await frame.locator('[name=subscriber_reference]').inputValue()).toBe('loan-7')
      expect(await frame.locator('[name=data]').inputValue()).toBe('{"k":"v"}')
      await page.evaluate("EcalWidget.show({ email: 'show@example.com', autoSubscribe: true })")
      await frame.locator('[name=email][value="show@example.com"]').waitFor()
      expect(await page.locator('dialog').count()).toBe(1)
      await page.evaluate('EcalWidget.hide()')
      await untilEnded(page)
      await page.evaluate('EcalWidget.hide()')
    }))
})
