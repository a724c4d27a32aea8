import { describe, inject, it } from 'vitest'
import { scrollsSideways, theBrowser } from './chromium'
import { companies } from './companies'
import { signIn } from './portal-visit'

const origin = inject('origin')
const browser = await theBrowser()

const looks = {
  phone: { viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  desktop: { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' },
} as const

/** Somebody who connects a calendar by the widget of a company: their id, and the path of their feed. */
async function aSubscriber(companyId: number): Promise<{ ecalId: string; feedPath: string }> {
  const response = await fetch(`${origin}/button/v1/subscriptions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      widgetId: `widget-of-${companyId}`,
      email: 'ella@customers.example',
      first_name: 'Ella',
      last_name: 'Bartledan',
      application: 'apple',
    }),
  })
  const { ecalId, calendarUrl } = (await response.json()) as {
    ecalId: string
    calendarUrl: { httpsCalUrl: string }
  }
  return { ecalId, feedPath: new URL(calendarUrl.httpsCalUrl).pathname }
}

const textAt = async (path: string) => (await fetch(`${origin}${path}`)).text()

const guest = { email: 'cora@acme.example', firstName: 'Cora', lastName: 'Lind' }

describe.for(Object.keys(looks) as (keyof typeof looks)[])('calendars in the portal on a %s', (device) => {
  it('are made, filled, changed and deleted without a script, and feeds follow', async ({ expect }) => {
    const { id } = companies.calendars[device]
    const { ecalId, feedPath } = await aSubscriber(id)
    const context = await browser.newContext({ ...looks[device], javaScriptEnabled: false })
    const page = await context.newPage()
    const main = page.locator('main')
    const look = async (called: string) => {
      await page.screenshot({ path: `artifacts/portal-calendars-${called}-${device}.png`, fullPage: true })
      expect(await page.locator('h1').count()).toBe(1)
      expect(await scrollsSideways(page), called).toBe(false)
    }
    const go = (place: string) =>
      page.getByRole('navigation', { name: 'Portal' }).getByRole('link', { name: place }).click()
    const press = (button: string) => page.getByRole('button', { name: button }).click()
    const open = (form: string) => page.getByText(form, { exact: true }).click()
    try {
      await signIn(page, id, guest)
      await go('Calendars')
      await look('none')
      await page.getByLabel('Name').fill('Fixtures')
      await page.getByLabel('Time zone').fill('Australia/Melbourne')
      await press('Make the calendar')
      expect(await page.locator('h1').textContent()).toBe('Fixtures')
      expect(await main.textContent()).toContain('The calendar is there.')
      await look('empty')
      const calendarPath = new URL(page.url()).pathname
      const address = new URL(await page.getByLabel('Address').inputValue()).pathname

      await open('New event')
      await page.getByLabel('Name', { exact: false }).first().fill('Hawks v Tigers')
      await page.getByLabel('Start', { exact: false }).first().fill('2040-05-01')
      await page.getByLabel('Start time').fill('19:00')
      await page.getByLabel('Link').fill('nowhere')
      await page.getByLabel('Link').evaluate((input) => input.setAttribute('type', 'text'))
      await press('Add the event')
      expect(await main.textContent()).toContain('Must be an absolute http or https URL.')
      await look('event-error')
      expect(await page.getByLabel('Start time').inputValue()).toBe('19:00')
      await page.getByLabel('Link').fill('https://example.com/round-1')
      await press('Add the event')
      expect(await page.locator('h1').textContent()).toBe('Hawks v Tigers')
      await look('event')
      expect(await textAt(address)).toContain('SUMMARY:Hawks v Tigers')

      await go('Subscribers')
      await page.getByRole('link', { name: 'Ella Bartledan' }).click()
      await open('Add calendars')
      await page.getByRole('checkbox', { name: 'Fixtures' }).check()
      await press('Add')
      await look('subscriber')
      expect(await textAt(feedPath)).toContain('SUMMARY:Hawks v Tigers')
      await open('New private event')
      await page.getByLabel('Name').fill('Payment Due')
      await page.getByLabel('Start', { exact: false }).first().fill('2040-05-02')
      await press('Add the event')
      expect(await textAt(feedPath)).toContain('SUMMARY:Payment Due')
      expect(await textAt(address)).not.toContain('Payment Due')

      await page.goto(`${origin}${calendarPath}`)
      // The row as a whole leads to its event.
      await page.getByRole('row', { name: /Hawks v Tigers/ }).click()
      await open('Change this event')
      await look('event-form')
      await page.getByLabel('Name').fill('Hawks v Bears')
      await press('Save')
      await look('event-saved')
      expect(await main.textContent()).toContain('Changed: name')
      expect(await textAt(feedPath)).toContain('SUMMARY:Hawks v Bears')

      await page.goto(`${origin}${calendarPath}?month=2040-05`)
      await look('month')
      expect(await page.getByRole('link', { name: /Hawks v Bears/ }).count()).toBe(1)
      const first = page.locator('.month td:has(time[datetime="2040-05-20"])')
      expect(await first.isVisible()).toBe(device === 'desktop')
      await page.getByRole('link', { name: 'June 2040' }).click()
      expect(await main.textContent()).toContain('Nothing is on in this month.')

      await page.goto(`${origin}${calendarPath}`)
      await open('Change this calendar')
      const name = page.getByRole('textbox', { name: 'Name' })
      const other = await context.newPage()
      await other.goto(`${origin}${calendarPath}`)
      await other.getByText('Change this calendar', { exact: true }).click()
      await other.getByRole('textbox', { name: 'Name' }).last().fill('Fixtures by somebody else')
      await other.getByRole('button', { name: 'Save' }).click()
      await name.last().fill('Fixtures 2040')
      await press('Save')
      await look('both-versions')
      expect(await main.textContent()).toContain('Fixtures by somebody else')
      await press('Save mine on top')
      expect(await page.locator('h1').textContent()).toBe('Fixtures 2040')

      await press('Delete this calendar …')
      await look('question')
      expect(await main.textContent()).toContain('“Fixtures 2040” goes with its events (1)')
      await press('Delete the calendar')
      expect(new URL(page.url()).pathname).toBe('/portal/calendars')
      const feed = await textAt(feedPath)
      expect(feed).not.toContain('Hawks v Bears')
      expect(feed).toContain('Payment Due')

      await page.goto(`${origin}/portal/subscribers/${ecalId}`)
      await press('Confirm the e-mail')
      await look('new-address')
      const shown = new URL(await page.getByLabel('To add by hand').inputValue()).pathname
      expect(await textAt(shown)).toContain('Payment Due')
      expect(await textAt(feedPath)).not.toContain('Payment Due')
      await go('Subscribers')
      await look('subscribers')
      await go('Settings')
      await look('settings')
    } finally {
      await context.close()
    }
  })

  it('are usable at 320 px, with twice the text', async ({ expect }) => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } })
    const page = await context.newPage()
    try {
      await signIn(page, companies.calendars[device].id, guest)
      for (const path of ['/calendars', '/subscribers', '/subscribers?q=ella', '/settings']) {
        await page.goto(`${origin}/portal${path}`)
        expect(await scrollsSideways(page), path).toBe(false)
      }
      await page.setViewportSize({ width: 640, height: 900 })
      await page.goto(`${origin}/portal/calendars`)
      await page.locator('html').evaluate((html) => {
        html.style.fontSize = '200%'
      })
      expect(await scrollsSideways(page), 'twice the text').toBe(false)
    } finally {
      await context.close()
    }
  })
})
