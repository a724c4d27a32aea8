import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCompany, aMarketplace } from '../../support/marketplace'
import { anOperatorsPublisher, hubsAreAway, large, signIn, signOn } from './support'

hubsAreAway()

async function setImport(
  publisherId: number,
  entity: string,
  values: Record<string, unknown>,
): Promise<void> {
  const names = Object.keys(values)
  await env.DB.prepare(
    `UPDATE connec_imports SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE publisher_id = ? AND entity = ?`,
  )
    .bind(...Object.values(values), publisherId, entity)
    .run()
}

describe('the first page', () => {
  it('has the company’s name, the user’s name and role, the plan, and what to do first', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace({ plans: [large], trialDays: 14 })
    const company = await aCompany(marketplace, { name: 'Acme Lending' })
    const admin = await signOn(company)
    const page = await admin.get('/portal')
    expect(page.html).toContain('<h1>Acme Lending</h1>')
    expect(page.words).toContain('Ann Lee Admin')
    expect(page.words).toContain('No plan is chosen yet.')
    expect(page.words).toContain('Your trial ends on')
    expect(page.words).toContain('What to do first')
    expect(page.html).toContain('<a href="/portal/billing">Choose a plan</a>')
    await admin.send('/portal/billing', '/portal/billing/plan', { plan: 'large' })
    const after = await admin.get('/portal')
    expect(after.words).toContain('Plan Large')
    expect(after.words).toContain('Choose a plan Done')
    expect((await (await signOn(company, { role: 'Guest' })).get('/portal')).html).not.toContain(
      'href="/portal/billing"',
    )
  })

  it('tells how far the import is', async ({ expect }) => {
    const company = await aCompany(await aMarketplace({ name: 'Demo Hub' }))
    const admin = await signOn(company)
    await setImport(company.publisherId, 'people', {
      state: 'running',
      imported: 120,
      skipped: 3,
      total: 250,
    })
    await setImport(company.publisherId, 'events', { state: 'pending', imported: 0, total: null })
    await setImport(company.publisherId, 'invoices', { state: 'failed', imported: 7, total: null })
    const { words } = await admin.get('/portal')
    expect(words).toContain('Your data is coming in From Demo Hub:')
    expect(words).toContain('people 120 of 250 coming in (3 could not be used)')
    expect(words).toContain('invoices 7 failed')
  })

  it('tells what happened last, and who did it', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await publisher.api.post('/calendar', { name: 'Fixtures', reference: 'fixtures' })
    await publisher.api.post(
      '/event',
      { name: 'Final', startDate: '2030-05-01', allDay: 'yes' },
      { query: { calendarId: '' } },
    )
    await publisher.subscriber({ email: 'cara@example.com' })
    const { words } = await admin.get('/portal')
    expect(words).toContain('Calendar “Fixtures” was made Your system')
    expect(words).toContain('cara@example.com connected a calendar')
    expect(words).toContain('may use this portal Daybook')
    expect(words).toContain('Times are those of Australia/Melbourne.')
  })

  it('renders names of any kind as text', async ({ expect }) => {
    const nasty = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
    const marketplace = await aMarketplace({
      name: nasty.slice(0, 80),
      plans: [{ ...large, name: nasty.slice(0, 80), description: nasty }],
      extras: [{ id: 'x', name: nasty.slice(0, 80), priceCents: 1, currency: 'AUD' }],
    })
    const company = await aCompany(marketplace, { name: nasty })
    const admin = await signOn(company)
    await signIn(company.publisherId, { firstName: nasty, lastName: nasty })
    await admin.send('/portal/billing', '/portal/billing/plan', { plan: 'large' })
    await admin.send('/portal/billing', '/portal/billing/extras', { extra: 'x', quantity: '2' })
    for (const path of ['/portal', '/portal/options', '/portal/billing', '/portal/users', '/portal/help']) {
      const { html, words } = await admin.get(path)
      expect(html).not.toMatch(/<script|<img/)
      expect(html.replace(/="[^"]*"/g, '')).not.toMatch(/<[^>]*\sonerror/)
      if (path !== '/portal/help') expect(words).toContain('<script>alert(1)</script>')
    }
    expect((await admin.get('/portal/sign-in')).html).not.toMatch(/<script|<img/)
  })
})

describe('the help page', () => {
  it('tells every role how sharing works, how to connect a system, and both ways of “Sync to Calendar”', async ({
    expect,
  }) => {
    const company = await aCompany(await aMarketplace())
    const page = await (await signOn(company, { role: 'Guest' })).get('/portal/help')
    for (const heading of [
      'How sharing works',
      'What comes from the data hub',
      'What goes to the data hub',
      'When the subscription ends',
      'Connect your system',
      'By a link',
      'By a widget on your page',
    ]) {
      expect(page.words).toContain(heading)
    }
  })
})
