import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { HOUR_MS } from '../../../src/usage'
import { aCalendar, anEvent } from '../../support/apps'
import { handle } from '../../support/front-door'
import { ORIGIN, type TestPublisher } from '../../support/publisher'
import { anEndpoint } from '../../support/webhooks'
import { aBiller, anAccount, aSchedule } from '../payments/support'
import { aCustomer, anOperatorsPublisher, auditOf, hubsAreAway, signIn, signOn } from './support'

hubsAreAway()

/** What was counted in an hour so many hours ago. */
async function tally(publisher: TestPublisher, what: string, hoursAgo: number, count: number): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO tallies (publisher_id, what, hour, count) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  )
    .bind(publisher.id, what, Math.floor(Date.now() / HOUR_MS) - hoursAgo, count)
    .run()
}

/** The drawing with a title, as far as its text alternative. */
const drawing = (html: string, title: string) =>
  html.split('<figure').find((figure) => figure.includes(`<span class="name">${title}`)) ?? ''

describe('the first page’s three answers', () => {
  it('start as sentences that say what the place is for', async ({ expect }) => {
    const { admin } = await anOperatorsPublisher()
    const { words, html } = await admin.get('/portal')
    for (const each of [
      'What needs you Nothing just now.',
      'Nobody is connected yet',
      'No calendar app fetched a feed in the last 30 days.',
      'No payment date is to come.',
      'No event of a public calendar is to come.',
    ]) {
      expect(words).toContain(each)
    }
    expect(html).not.toContain('<svg')
  })

  it('draw who is connected, with a text alternative and the same numbers in a table', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    for (let n = 0; n < 3; n++) await publisher.subscriber()
    await env.DB.prepare(
      "UPDATE tallies SET hour = hour - 72, count = 2 WHERE publisher_id = ?1 AND what = 'joined' AND count = 3",
    )
      .bind(publisher.id)
      .run()
    await tally(publisher, 'joined', 0, 1)
    const { html, words } = await admin.get('/portal')
    const figure = drawing(html, 'Subscribers')
    expect(words).toContain('Subscribers, the last 90 days 3 now, 3 more')
    expect(figure).toMatch(
      /<svg [^>]*role="img" aria-label="Subscribers over 90 days: from 0 to 3, at least 0 and at most 3">/,
    )
    const table = figure.slice(figure.indexOf('<details'))
    expect(table).toContain('<summary>The numbers')
    const cells = [...table.matchAll(/<td class="number"[^>]*>(\d+)<\/td>/g)].map(([, count]) =>
      Number(count),
    )
    expect(cells).toHaveLength(90)
    // The newest first: three now, two until today, none before they came.
    expect([cells[0], cells[1], cells[2], cells[5], cells[89]]).toEqual([3, 2, 2, 0, 0])
    expect(html).not.toMatch(/\sstyle=/)
  })

  it('draw feed fetches, those answered as unchanged too', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ledger = env.USAGE_LEDGER.get(env.USAGE_LEDGER.idFromName(String(publisher.id)))
    await ledger.add({ at: Date.now(), feeds: 3, unchanged: 1200, syncs: 7, seen: new Map() })
    await ledger.add({
      at: Date.now() - 31 * 24 * HOUR_MS,
      feeds: 50,
      unchanged: 0,
      syncs: 0,
      seen: new Map(),
    })
    const { html, words } = await admin.get('/portal')
    expect(words).toContain('Feed fetches, the last 30 days 1,203 and 7 syncs')
    expect(drawing(html, 'Feed fetches').match(/<rect/g)).toHaveLength(1)
  })

  it('say where fetches are counted where that can’t be read, and come without them where nobody answers', async ({
    expect,
  }) => {
    const { admin } = await anOperatorsPublisher()
    const home = async (more: object) => {
      const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const request = new Request(`${ORIGIN}/portal`, { headers: { Cookie: cookie } })
      const answer = await handle(request, { ...env, ...more } as typeof env, createExecutionContext())
      return [answer.status, await answer.text()] as const
    }
    const [status, text] = await home({ USAGE: { writeDataPoint: () => undefined } })
    expect(status).toBe(200)
    expect(text).toContain('kept in this deployment’s own dataset')
    const away = await home({
      USAGE_LEDGER: {
        idFromName: () => 'x',
        get: () => {
          throw new Error('away')
        },
      },
    })
    expect(away[0]).toBe(200)
    expect(away[1]).toContain('can’t be read just now')
  })

  it('draw deliveries by outcome, once there is an endpoint', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await tally(publisher, 'delivered', 30, 20)
    expect((await admin.get('/portal')).words).not.toContain('Webhooks delivered')
    await anEndpoint(publisher, 'https://hooks.example.com/')
    const before = await admin.get('/portal')
    expect(before.words).toContain('Webhooks delivered, the last 30 days 20')
    expect(before.words).not.toContain('Webhooks failed for good')
    await tally(publisher, 'failed', 30, 2)
    expect((await admin.get('/portal')).words).toContain('Webhooks failed for good, the last 30 days 2')
  })

  it('count each delivery by what became of it', async ({ expect }) => {
    const { publisher } = await anOperatorsPublisher()
    const { id } = await anEndpoint(publisher, 'https://hooks.example.com/')
    const now = Date.now()
    const add = (message: string, status: string) =>
      env.DB.prepare(
        `INSERT INTO webhook_deliveries (endpoint_id, message_id, publisher_id, type, seq, status, created_at)
         VALUES (?, ?, ?, 'x', 0, ?, ?)`,
      )
        .bind(id, message, publisher.id, status, now)
        .run()
    const become = (message: string, status: string) =>
      env.DB.prepare('UPDATE webhook_deliveries SET status = ? WHERE endpoint_id = ? AND message_id = ?')
        .bind(status, id, message)
        .run()
    for (const message of ['a', 'b', 'c', 'd']) await add(message, 'pending')
    await become('a', 'delivered')
    await become('a', 'delivered')
    await become('b', 'failed')
    await become('c', 'failed')
    // Sent again, it arrived after all.
    await become('c', 'delivered')
    const counts = await env.DB.prepare(
      "SELECT what, sum(count) AS n FROM tallies WHERE publisher_id = ? AND what IN ('delivered', 'failed') GROUP BY what ORDER BY what",
    )
      .bind(publisher.id)
      .all()
    expect(counts.results).toEqual([
      { what: 'delivered', n: 2 },
      { what: 'failed', n: 1 },
    ])
  })

  it('tell what is due next, where it is due', async ({ expect }) => {
    const { publisher, biller } = await aBiller()
    await anAccount(biller)
    const admin = await signIn(publisher.id)
    const dates = ['2033-01-01', '2031-06-01', '2032-02-01', '2034-01-01', '2035-01-01', '2036-01-01']
    for (const dueDate of dates) await aSchedule(biller, { dueDate, amount: 10 })
    const paid = await aSchedule(biller, { dueDate: '2031-01-01', amount: 99 })
    await biller.post(`/accounts/A1/oneOffSchedules/${paid.scheduleId}/status`, { status: 'paid' })
    const calendar = await aCalendar(publisher, 'Fixtures')
    const draft = await aCalendar(publisher, 'Hidden', { draft: true })
    const final = await anEvent(publisher, calendar, { name: 'Final', startDate: '2040-05-01' })
    await anEvent(publisher, draft, { name: 'Secret final' })
    await anEvent(publisher, calendar, { name: 'Long ago', startDate: '2020-05-01' })
    const { words, html } = await admin.get('/portal')
    expect(words).toContain('1 Jun 2031 A1 AUD 10.00 1 Feb 2032 A1 AUD 10.00 1 Jan 2033 A1 AUD 10.00')
    expect(words).not.toContain('1 Jan 2036')
    expect(words).not.toContain('AUD 99.00')
    expect(words).toContain('1 May 2040 Final Fixtures, 19:00 (UTC)')
    const due = words.slice(words.indexOf('What is due'), words.indexOf('Recent changes'))
    for (const hidden of ['Secret final', 'Long ago']) expect(due).not.toContain(hidden)
    expect(html).toContain(`href="/portal/events/${final}"`)
    expect(html).toContain('href="/portal/payments/A1"')
  })

  it('tell what needs somebody, to those who may mend it', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const guest = await signOn(company, { role: 'Guest' })
    const publisher = { id: company.publisherId } as TestPublisher
    await admin.send('/portal/billing', '/portal/billing/extras', { extra: 'sms', quantity: '1' })
    await env.DB.prepare("UPDATE bills SET state = 'failed' WHERE publisher_id = ?").bind(publisher.id).run()
    await admin.send('/portal/webhooks', '/portal/webhooks', {
      url: 'https://hooks.example.com/',
      events: '*',
      description: 'Core banking',
    })
    await env.DB.prepare('UPDATE webhook_endpoints SET failing_since = ? WHERE publisher_id = ?')
      .bind(Date.now() - 5 * HOUR_MS, publisher.id)
      .run()
    const [mine, theirs] = [await admin.get('/portal'), await guest.get('/portal')]
    expect(mine.words).toMatch(
      /What needs you Failing Core banking has failed since .* A bill failed Go to Billing/,
    )
    expect(theirs.words).toContain('Failing Core banking')
    expect(theirs.words).not.toContain('A bill failed')
    await env.DB.prepare(
      "UPDATE webhook_endpoints SET active = 0, disabled_reason = 'gone' WHERE publisher_id = ?",
    )
      .bind(publisher.id)
      .run()
    expect((await admin.get('/portal')).words).toContain('Off: it answered that it is gone')
    // Turned off by somebody, it asks for nobody.
    await env.DB.prepare("UPDATE webhook_endpoints SET disabled_reason = 'manual' WHERE publisher_id = ?")
      .bind(publisher.id)
      .run()
    expect((await admin.get('/portal')).words).not.toContain('Core banking')
    expect((await auditOf(publisher.id)).map(({ action }) => action)).toContain('webhook.created')
  })

  it('show nothing of another publisher', async ({ expect }) => {
    const [mine, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    await theirs.publisher.subscriber()
    await tally(theirs.publisher, 'delivered', 1, 5)
    await anEvent(theirs.publisher, await aCalendar(theirs.publisher, 'Theirs'), { name: 'Their final' })
    await anEndpoint(theirs.publisher, 'https://hooks.example.com/theirs')
    const { words } = await mine.admin.get('/portal')
    expect(words).toContain('Nobody is connected yet')
    for (const foreign of ['Their final', 'Theirs', 'Webhooks delivered'])
      expect(words).not.toContain(foreign)
  })

  it('show names of any kind as text', async ({ expect }) => {
    const nasty = '"><script>alert(1)</script>\''
    const { publisher, admin } = await anOperatorsPublisher()
    await anEvent(publisher, await aCalendar(publisher, nasty), { name: nasty })
    await admin.send('/portal/webhooks', '/portal/webhooks', {
      url: 'https://hooks.example.com/',
      events: '*',
      description: nasty,
    })
    await env.DB.prepare('UPDATE webhook_endpoints SET failing_since = 1 WHERE publisher_id = ?')
      .bind(publisher.id)
      .run()
    const { html } = await admin.get('/portal')
    expect(html).not.toMatch(/<script/)
    expect(html.match(/&lt;script&gt;/g)?.length).toBeGreaterThan(3)
  })
})
