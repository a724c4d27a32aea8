import fc from 'fast-check'
import { afterAll, describe, it } from 'vitest'
import { feedText } from '../../support/publisher'
import { forgetKeys } from '../identity/support'
import { aBiller, anAccount, type Biller, faulty, putBusiness } from './support'

// Tests at other times leave keys of those times.
afterAll(forgetKeys)

const path = '/accounts/A1/oneOffSchedules'
const invalidBody = faulty(['body', 'Request body is invalid.'])
const invalidAmount = faulty(['amount', 'Amount is invalid.'])
const tooSmall = faulty(['amount', 'Amount must be greater than or equal to $1.'])
const tooLarge = faulty(['amount', 'Amount must not be greater than $999999.99.'])
const noAmount = faulty(['amount', 'Amount is required.'])

/** A body whose amount is this literal text. */
const withAmount = (literal: string) => `{"dueDate":"2030-01-31","amount":${literal}}`

describe('an amount', () => {
  it.for([
    ['50', '50.00'],
    ['50.0', '50.00'],
    ['50.00', '50.00'],
    ['50.10', '50.10'],
    ['50.1', '50.10'],
    ['1e2', '100.00'],
    ['1E+2', '100.00'],
    ['1.25e2', '125.00'],
    ['500e-2', '5.00'],
    ['1', '1.00'],
    ['1.00', '1.00'],
    ['999999.99', '999999.99'],
    ['1.15', '1.15'],
    ['4.35', '4.35'],
  ] as const)('%s is taken as %s', async ([literal, written], { expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const made = await biller.post(path, withAmount(literal))
    expect(made.status).toBe(201)
    expect(made.text).toContain(`"amount":${written},`)
    expect((await biller.get('/accounts/A1')).text).toContain(`"totalAmountDue":${written},`)
  })

  it.for([
    ['0', tooSmall],
    ['0.1', tooSmall],
    ['0.99', tooSmall],
    ['-1', tooSmall],
    ['-5', tooSmall],
    ['-0', tooSmall],
    ['1e-2', tooSmall],
    ['1.005', invalidAmount],
    ['50.001', invalidAmount],
    ['50.000', invalidAmount],
    ['-5.001', invalidAmount],
    ['0.30000000000000004', invalidAmount],
    ['1.2345e2', invalidAmount],
    ['1e-3', invalidAmount],
    ['1e-400', invalidAmount],
    ['1e400', invalidAmount],
    ['-1e400', invalidAmount],
    ['1e99999999999999999999', invalidAmount],
    ['"50.00"', invalidAmount],
    ['""', invalidAmount],
    ['true', invalidAmount],
    ['[]', invalidAmount],
    ['[50]', invalidAmount],
    ['{}', invalidAmount],
    ['{"source":"50"}', invalidAmount],
    ['null', noAmount],
    ['9007199254740993', tooLarge],
    ['1000000', tooLarge],
    ['1000000.00', tooLarge],
    ['1e308', tooLarge],
    ['NaN', invalidBody],
    ['Infinity', invalidBody],
    ['.5', invalidBody],
    ['050', invalidBody],
    ['5.', invalidBody],
  ] as const)('%s is refused', async ([literal, body], { expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    expect(await biller.post(path, withAmount(literal))).toMatchObject({ status: 400, body })
    expect((await biller.get('/accounts/A1')).text).toContain('"totalAmountDue":0.00,')
  })

  it('is the last of several', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    expect((await biller.post(path, withAmount('"x","amount":50.1'))).text).toContain('"amount":50.10,')
    expect((await biller.post(path, withAmount('50,"amount":1.005'))).body).toEqual(invalidAmount)
  })

  it('is at most what the business allows', async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    await anAccount(biller)
    for (const [maxAmount, text] of [
      [300_000, '$3000'],
      [99_950, '$999.50'],
    ] as const) {
      await putBusiness(publisher, 'MELB01', { maxAmount })
      const over = await biller.post(path, withAmount(((maxAmount + 1) / 100).toFixed(2)))
      expect(over.body).toEqual(faulty(['amount', `Amount must not be greater than ${text}.`]))
      expect((await biller.post(path, withAmount((maxAmount / 100).toFixed(2)))).status).toBe(201)
    }
  })

  it('comes out everywhere as the cents that went in', { timeout: 20_000 }, async ({ expect }) => {
    const { biller, publisher } = await aBiller()
    const ann = await publisher.subscriber()
    await anAccount(biller, 'A1', { subscriberId: ann.ecalId })
    let total = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 99_999_999 }), async (cents) => {
        const [dollars, rest] = [Math.trunc(cents / 100), String(cents % 100).padStart(2, '0')]
        const made = await biller.post(path, withAmount(`${dollars}.${rest}`))
        total += cents
        expect(made.text).toContain(`"amount":${dollars}.${rest},`)
        const account = await biller.get('/accounts/A1')
        expect(account.text).toContain(
          `"totalAmountDue":${Math.trunc(total / 100)}.${String(total % 100).padStart(2, '0')},`,
        )
        const event = await publisher.api.get(`/event/schedule:${made.body.scheduleId}`)
        expect(event.data.details).toContain(`$${dollars.toLocaleString('en-AU')}.${rest} · `)
        const feed = (await feedText(ann.feed())).replaceAll('\r\n ', '')
        expect(feed).toContain(`$${dollars.toLocaleString('en-AU').replaceAll(',', '\\,')}.${rest} · `)
      }),
      { numRuns: 25 },
    )
  })
})

describe('a due date', () => {
  const format = faulty(['dueDate', 'Invalid dueDate format provided. Please use YYYY-MM-DD.'])
  const required = faulty(['dueDate', 'DueDate is required.'])
  const past = faulty(['dueDate', 'DueDate must not be in the past.'])
  const cutOff = faulty(['dueDate', 'DueDate must not be today as the cut-off time has passed for today.'])
  const early = faulty(['dueDate', 'DueDate must be on or after account start date.'])
  const outside = faulty(['dueDate', 'This schedule is outside of the term of the account.'])
  const far = faulty(['dueDate', 'DueDate must not more than 10 years from now for an on-going account.'])

  const post = (biller: Biller, dueDate: unknown) => biller.post(path, { dueDate, amount: 50 })

  it.for([
    [undefined, required],
    [null, required],
    ['', required],
    ['2030-02-30', format],
    ['2030-02-29', format],
    ['31/01/2030', format],
    ['2030-1-31', format],
    ['2030-01-31T00:00:00Z', format],
    [' 2030-01-31', format],
    ['2030-01-31 ', format],
    [20300131, format],
    ['2030-13-01', format],
    ['0000-00-00', format],
    ['1990-01-01', past],
  ] as const)('%j is refused', async ([dueDate, body], { expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    expect(await post(biller, dueDate)).toMatchObject({ status: 400, body })
  })

  /** What becomes of schedules due on these days, asked at an instant: '' for those that are taken. */
  const outcomes = async (biller: Biller, at: string, days: string[]) => {
    const told = []
    for (const day of days) {
      const { status, body } = await post(biller.at(at), day)
      told.push(status === 201 ? '' : body.errors[0].message)
    }
    return told
  }
  const text = (fault: typeof past) => fault.errors[0]?.message ?? ''

  it('turns with midnight in the business’s zone, not with UTC’s', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const days = ['2030-06-30', '2030-07-01', '2030-07-02']
    expect(await outcomes(biller, '2030-06-30T13:59:59.999Z', days)).toEqual(['', '', ''])
    expect(await outcomes(biller, '2030-06-30T14:00:00.000Z', days)).toEqual([text(past), '', ''])
    expect(await outcomes(biller, '2030-07-01T13:59:59.999Z', days)).toEqual([text(past), '', ''])
    expect(await outcomes(biller, '2030-07-01T14:00:00.000Z', days)).toEqual([text(past), text(past), ''])
  })

  it('may be today until the cut-off of the wall clock', async ({ expect }) => {
    const { biller } = await aBiller({ cutOffTime: '17:30' })
    await anAccount(biller)
    const days = ['2030-07-01', '2030-07-02']
    expect(await outcomes(biller, '2030-07-01T07:29:59.999Z', days)).toEqual(['', ''])
    expect(await outcomes(biller, '2030-07-01T07:30:00.000Z', days)).toEqual([text(cutOff), ''])
  })

  it('follows the wall clock over a change of daylight saving', async ({ expect }) => {
    // On 6 October 2030 Melbourne goes from 02:00 to 03:00, on 7 April from 03:00 back to 02:00.
    const { biller } = await aBiller({ cutOffTime: '02:30' })
    await anAccount(biller)
    const spring = ['2030-10-06']
    expect(await outcomes(biller, '2030-10-05T15:59:59.999Z', spring)).toEqual([''])
    expect(await outcomes(biller, '2030-10-05T16:00:00.000Z', spring)).toEqual([text(cutOff)])
    const autumn = ['2030-04-07']
    expect(await outcomes(biller, '2030-04-06T15:29:59.999Z', autumn)).toEqual([''])
    expect(await outcomes(biller, '2030-04-06T15:30:00.000Z', autumn)).toEqual([text(cutOff)])
    // The clock reads 02:00 again: before the cut-off, as it says.
    expect(await outcomes(biller, '2030-04-06T16:00:00.000Z', autumn)).toEqual([''])
  })

  it('is bound by the account’s start and term, or by ten years', async ({ expect }) => {
    const { biller } = await aBiller()
    const at = '2028-02-29T01:00:00Z'
    await anAccount(biller, 'A1', { startDate: '2028-03-05' })
    expect(await outcomes(biller, at, ['2028-02-28', '2028-02-29', '2028-03-04', '2028-03-05'])).toEqual([
      text(past),
      text(early),
      text(early),
      '',
    ])
    expect(await outcomes(biller, at, ['2038-02-28', '2038-03-01', '9999-12-31'])).toEqual([
      '',
      text(far),
      text(far),
    ])
    await biller.patch('/accounts/A1', { termEndDate: '2050-01-01' })
    expect(await outcomes(biller, at, ['2038-03-01', '2050-01-01', '2050-01-02'])).toEqual([
      '',
      '',
      text(outside),
    ])
    await biller.patch('/accounts/A1', { termEndDate: '2030-01-01' })
    expect(await outcomes(biller, at, ['2030-01-02', '2039-01-01'])).toEqual([text(outside), text(outside)])
    expect(await outcomes(biller, '2028-03-05T01:00:00Z', ['2028-03-05'])).toEqual([''])
  })
})

describe('texts', () => {
  it.for(['scheduleDescription', 'externalScheduleId'] as const)(
    '%s are trimmed, at most 50 characters, any printable ones',
    async (field, { expect }) => {
      const { biller } = await aBiller()
      await anAccount(biller)
      const Name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
      const post = (value: unknown) =>
        biller.post(path, { dueDate: '2030-01-31', amount: 50, [field]: value })
      for (const [sent, kept] of [
        [`\u00a0\u3000 ${'🎉'.repeat(50)}\t\n`, '🎉'.repeat(50)],
        ['<b>"quoted" & ✅</b>', '<b>"quoted" & ✅</b>'],
        [' inner  space ', 'inner  space'],
      ]) {
        expect((await post(sent)).body[field]).toBe(kept)
      }
      for (const none of ['', '  ', null, undefined]) expect((await post(none)).body[field]).toBe('')
      for (const wrong of [5, true, ['x'], {}, 'a\u0000b', 'a\nb', 'a\u007fb', 'a\u009fb', 'a\ud83d']) {
        expect((await post(wrong)).body).toEqual(faulty([field, `${Name} is invalid.`]))
      }
      expect((await post('x'.repeat(51))).body).toEqual(
        faulty([field, `${Name} must not exceed 50 characters.`]),
      )
    },
  )
})

describe('a body', () => {
  it('is told all of its faults at once, in table order', async ({ expect }) => {
    const { biller } = await aBiller()
    await anAccount(biller)
    const wrong = await biller.post(path, {
      externalScheduleId: 'x'.repeat(51),
      scheduleDescription: 5,
      amount: '50',
      dueDate: 'tomorrow',
      other: 'ignored',
    })
    expect(wrong.status).toBe(400)
    expect(wrong.body).toEqual(
      faulty(
        ['dueDate', 'Invalid dueDate format provided. Please use YYYY-MM-DD.'],
        ['amount', 'Amount is invalid.'],
        ['scheduleDescription', 'ScheduleDescription is invalid.'],
        ['externalScheduleId', 'ExternalScheduleId must not exceed 50 characters.'],
      ),
    )
    const nothing = faulty(['dueDate', 'DueDate is required.'], ['amount', 'Amount is required.'])
    for (const body of [undefined, '', ' ', '{}'])
      expect((await biller.post(path, body)).body).toEqual(nothing)
    for (const body of [
      '[]',
      'null',
      '5',
      '"x"',
      '{',
      '{"amount":1,}',
      `${'['.repeat(30_000)}`,
      '\ufeff{}',
      '\u00a0',
    ]) {
      expect((await biller.post(path, body)).body).toEqual(invalidBody)
    }
    const typed = { 'Content-Type': 'text/plain' }
    expect((await biller.call('POST', path, '{"dueDate":"2030-01-31","amount":50}', typed)).status).toBe(201)
  })
})
