import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { operate } from '../identity/support'

const pathOf = (publisherId: number, id = 'MELB01') => `/operator/publishers/${publisherId}/businesses/${id}`

describe('a business', () => {
  it('is made with defaults, and read', async ({ expect }) => {
    const { id } = await aPublisher({ timezone: 'Pacific/Auckland' })
    const made = await operate('PUT', pathOf(id), { name: ' Melbourne Rates ' })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({
      businessId: 'MELB01',
      publisherId: id,
      name: 'Melbourne Rates',
      timezone: 'Pacific/Auckland',
      cutOffTime: null,
      canCollectForClosedAccount: false,
      maxAmount: 99_999_999,
      sameDayDelete: 'forbid',
      currency: 'AUD',
      locale: 'en-AU',
      calendar: { enabled: true, upcomingDaysBefore: null, templates: {} },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    })
    expect(await operate('GET', pathOf(id))).toEqual({ status: 200, body: made.body })
  })

  it('is replaced as a whole: what is left out takes its default', async ({ expect }) => {
    const { id } = await aPublisher()
    const settings = {
      name: 'Rates',
      timezone: 'Etc/GMT+5',
      cutOffTime: '17:30',
      canCollectForClosedAccount: true,
      maxAmount: 100,
      sameDayDelete: 'before_cutoff',
      currency: 'USD',
      locale: 'en-us',
      calendar: {
        enabled: false,
        upcomingDaysBefore: 3,
        templates: { due: { title: 'Pay {amount}', details: '{dueDate} {description} {accountId}' } },
      },
    }
    await operate('PUT', pathOf(id), settings)
    const read = await operate('GET', pathOf(id))
    expect(read.body).toMatchObject({ ...settings, locale: 'en-US' })
    const replaced = await operate('PUT', pathOf(id), { name: 'Rates' })
    expect(replaced.status).toBe(200)
    expect(replaced.body).toMatchObject({ cutOffTime: null, currency: 'AUD', createdAt: read.body.createdAt })
    expect(replaced.body.calendar).toEqual({ enabled: true, upcomingDaysBefore: null, templates: {} })
  })

  it.for([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['timezone', { timezone: '+05:00' }],
    ['timezone', { timezone: 'Mars/Olympus' }],
    ['cutOffTime', { cutOffTime: '24:00' }],
    ['maxAmount', { maxAmount: 99 }],
    ['maxAmount', { maxAmount: 100_000_000 }],
    ['maxAmount', { maxAmount: 100.5 }],
    ['sameDayDelete', { sameDayDelete: 'maybe' }],
    ['currency', { currency: 'JPY' }],
    ['currency', { currency: 'XYZ' }],
    ['currency', { currency: 'KWD' }],
    ['currency', { currency: 'XDR' }],
    ['locale', { locale: 'not a tag' }],
    ['calendar.upcomingDaysBefore', { calendar: { upcomingDaysBefore: 366 } }],
    ['calendar.templates.due.title', { calendar: { templates: { due: { title: '' } } } }],
    ['calendar.templates.due.title', { calendar: { templates: { due: { title: 'Pay {sum}' } } } }],
    ['calendar.templates.paid.details', { calendar: { templates: { paid: { details: 'x'.repeat(2001) } } } }],
    ['', { colour: 'red' }],
  ] as const)('refuses a wrong %s', async ([path, wrong], { expect }) => {
    const { id } = await aPublisher()
    const answer = await operate('PUT', pathOf(id), { name: 'Rates', ...wrong })
    expect(answer.status).toBe(400)
    expect(answer.body.error.code).toBe('validation')
    expect(answer.body.error.issues.map((issue: { path: string }) => issue.path)).toEqual([path])
  })

  it.for(['HUF', 'IDR', 'COP', 'PKR', 'EUR'])(
    'may count in %s, which ISO 4217 gives two decimals',
    async (currency, { expect }) => {
      const { id } = await aPublisher()
      const made = await operate('PUT', pathOf(id), { name: 'Rates', currency })
      expect([made.status, made.body.currency]).toEqual([201, currency])
    },
  )

  it('is 404 where it or its publisher is not there, and its id is 1 to 15 letters and digits', async ({
    expect,
  }) => {
    const { id } = await aPublisher()
    expect((await operate('GET', pathOf(id))).status).toBe(404)
    expect((await operate('PUT', pathOf(999_999_999), { name: 'Rates' })).status).toBe(404)
    expect((await operate('PUT', pathOf(id, 'with-dash'), { name: 'Rates' })).status).toBe(400)
    expect((await operate('PUT', pathOf(id, 'x'.repeat(16)), { name: 'Rates' })).status).toBe(400)
  })
})
