import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { fetchWorker, summaries } from '../../support/publisher'
import { aSharingCompany } from '../../support/sharing'
import { signedSignUp, signUp } from '../../support/sign-up'

describe('an event of the data hub', () => {
  it('stands in the calendar Connec events, as the contract maps it', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: ({ put }) => {
        put('events', {
          id: 'e-1',
          code: 'EV-1',
          name: 'Refinance workshop',
          description: 'Bring\r\nyour papers',
          start_date: '2030-05-01T09:00:00Z',
          end_date: '2030-05-01T10:30:00Z',
          timezone: 'Australia/Melbourne',
          location: { name: 'Level 3' },
          url: 'https://example.com/workshop',
        })
        put('events', { id: 'e-2', title: 'Fair', start_date: '2030-05-02', end_date: '2030-05-03' })
        put('events', {
          id: 'e-3',
          start_date: '2030-05-04T09:00:00',
          end_date: '2030-05-04T08:00:00',
          url: 'x',
        })
        put('events', { id: 'e-4', name: 'No start' })
        put('events', {
          id: 'e-5',
          name: 'x'.repeat(300),
          start_date: '2030-05-05T09:00:00+02:00',
          status: 'active',
        })
        put('events', { id: 'e-6', name: 'Off', start_date: '2030-05-06', status: 'CANCELLED' })
      },
    })
    const events = await sharing.events()
    expect(events.map((event) => [event.reference, event.name])).toEqual([
      ['connec:e-1', 'Refinance workshop'],
      ['connec:e-2', 'Fair'],
      ['connec:e-3', 'Untitled'],
      ['connec:e-5', 'x'.repeat(250)],
    ])
    expect(events[0]).toMatchObject({
      startDate: '2030-05-01',
      startTime: '19:00',
      endTime: '20:30',
      timezone: 'Australia/Melbourne',
      details: 'Bring\nyour papers',
      location: 'Level 3',
      url: 'https://example.com/workshop',
      allDay: false,
    })
    expect(events[1]).toMatchObject({ allDay: true, startDate: '2030-05-02', endDate: '2030-05-03' })
    // In the company's zone, and an hour long where the end makes no sense.
    expect(events[2]).toMatchObject({
      startTime: '09:00',
      endTime: '10:00',
      timezone: 'Australia/Melbourne',
      url: '',
    })
    expect(events[3]).toMatchObject({ startTime: '17:00' })
  })
})

describe('an invoice of the data hub', () => {
  const person = { id: 'p-1', first_name: 'Ann', last_name: 'Lee', email: { address: 'Ann@Example.com' } }
  const invoice = {
    id: 'i-1',
    person_id: 'p-1',
    due_date: '2030-05-01',
    transaction_number: 'INV-7',
    currency: 'AUD',
    balance: 120.5,
    amount: { total_amount: 200 },
    type: 'CUSTOMER',
    status: 'AUTHORISED',
  }
  const withInvoice = (more: Record<string, unknown> = {}) =>
    aSharingCompany({
      before: ({ put }) => {
        put('people', person)
        put('invoices', { ...invoice, ...more })
      },
    })

  it('shows in the person’s calendar once they have subscribed and proved their e-mail', async ({
    expect,
  }) => {
    const sharing = await withInvoice()
    const { feedPath } = await signedSignUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    expect(await summaries(fetchWorker(feedPath))).toContain('Payment due: AUD 120.50 (INV-7)')
    const id = (await sharing.list('people'))[0]?.id
    expect(id).toBe('p-1')
    expect(sharing.calls('POST', 'people')).toEqual([])
  })

  it('shows again to who left and came again', async ({ expect }) => {
    const sharing = await withInvoice()
    const { ecalId } = await signedSignUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    await sharing.publisher.api.post(`/subscriber/${ecalId}/unsubscribe`)
    await sharing.settled()
    const { feedPath } = await signedSignUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    expect(await summaries(fetchWorker(feedPath))).toContain('Payment due: AUD 120.50 (INV-7)')
    expect(sharing.calls('POST', 'people')).toEqual([])
  })

  it('leaves who was joined by a further e-mail once somebody else has proved it', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const ben = await signedSignUp(sharing.publisher, 'ben@example.com')
    const holds = (verified: number) =>
      env.DB.prepare(
        `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, created_at)
         VALUES (?1, 'email', 'ann@example.com', ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET verified = excluded.verified`,
      )
        .bind(sharing.publisher.id, ben.ecalId, verified)
        .run()
    await holds(1)
    await sharing.tell('people', person)
    await sharing.tell('invoices', invoice)
    await sharing.settled()
    expect(await summaries(fetchWorker(ben.feedPath))).toContain('Payment due: AUD 120.50 (INV-7)')
    await holds(0)
    await sharing.tell('invoices', { ...invoice, balance: 7, updated_at: '2031-01-01T00:00:00Z' })
    await sharing.settled()
    expect(
      (await summaries(fetchWorker(ben.feedPath))).filter((summary) => summary.startsWith('Payment')),
    ).toEqual([])
  })

  it('waits while nobody has proved the e-mail', async ({ expect }) => {
    const sharing = await withInvoice()
    const { ecalId, feedPath } = await signUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    expect(await summaries(fetchWorker(feedPath))).not.toContain('Payment due: AUD 120.50 (INV-7)')
    await sharing.publisher.api.post(`/subscriber/${ecalId}/confirm-email`)
    await sharing.settled()
    expect(await summaries(fetchWorker(feedPath))).toContain('Payment due: AUD 120.50 (INV-7)')
  })

  it('follows the payment, and the person that it is for', async ({ expect }) => {
    const sharing = await withInvoice()
    const ann = await signedSignUp(sharing.publisher, 'ann@example.com')
    const ben = await signedSignUp(sharing.publisher, 'ben@example.com')
    await sharing.tell('people', { id: 'p-2', email: 'ben@example.com', updated_at: '2031-01-01T00:00:00Z' })
    await sharing.settled()
    const tell = async (fields: Record<string, unknown>, at: string) => {
      await sharing.tell('invoices', { ...invoice, ...fields, updated_at: at })
      await sharing.settled()
    }
    await tell({ status: 'PAID', balance: 0 }, '2031-01-01T00:00:00Z')
    expect(await summaries(fetchWorker(ann.feedPath))).toContain('Payment received: AUD 200.00 (INV-7)')
    await tell({ person_id: 'p-2' }, '2031-01-02T00:00:00Z')
    expect(await summaries(fetchWorker(ann.feedPath))).not.toContain('Payment due: AUD 120.50 (INV-7)')
    expect(await summaries(fetchWorker(ben.feedPath))).toContain('Payment due: AUD 120.50 (INV-7)')
    await tell({ person_id: 'p-2', status: 'VOIDED' }, '2031-01-03T00:00:00Z')
    expect(await summaries(fetchWorker(ben.feedPath))).not.toContain('Payment due: AUD 120.50 (INV-7)')
  })

  it.for([
    [{ status: 'DRAFT' }],
    [{ type: 'SUPPLIER' }],
    [{ status: 'VOIDED' }],
    [{ due_date: 'soon' }],
    [{ person_id: 'nobody' }],
  ] as const)('with %j shows nowhere', async ([fields], { expect }) => {
    const sharing = await withInvoice(fields)
    const { feedPath } = await signedSignUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    expect(
      (await summaries(fetchWorker(feedPath))).filter((summary) => summary.startsWith('Payment')),
    ).toEqual([])
  })

  it('that was deleted here stays deleted', async ({ expect }) => {
    const sharing = await withInvoice()
    const { feedPath } = await signedSignUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    expect((await sharing.publisher.api.delete('/event/connec:i-1')).status).toBe(200)
    await sharing.tell('invoices', { ...invoice, balance: 5, updated_at: '2031-01-01T00:00:00Z' })
    await sharing.settled()
    expect(
      (await summaries(fetchWorker(feedPath))).filter((summary) => summary.startsWith('Payment')),
    ).toEqual([])
  })
})
