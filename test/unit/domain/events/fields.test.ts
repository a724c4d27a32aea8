import { describe, it } from 'vitest'
import { changedEventFields, newEventFields } from '../../../../src/domain/events/fields'
import { fieldIssues } from '../../../../src/domain/fields'

/** What a change of one field is read as. */
function read(field: string, value: unknown): unknown {
  const result = changedEventFields.safeParse({ [field]: value })
  return result.success ? (result.data as Record<string, unknown>)[field] : issuesOf(result)
}

function issuesOf(result: ReturnType<typeof changedEventFields.safeParse>): string[] {
  return result.success ? [] : fieldIssues(result.error).map(({ field, message }) => `${field}: ${message}`)
}

describe('a new event', () => {
  it('needs a name and a start', ({ expect }) => {
    const result = newEventFields.safeParse({})
    expect(result.error && fieldIssues(result.error)).toEqual([
      { field: 'name', message: 'Is required.' },
      { field: 'startDate', message: 'Is required.' },
    ])
  })

  it('needs nothing else, and fields that it does not know are ignored', ({ expect }) => {
    const body = { name: ' Payment Due ', startDate: '2030-05-01', allDay: 'yes', colour: 'red', sequence: 7 }
    expect(newEventFields.parse(body)).toEqual({ name: 'Payment Due', startDate: '2030-05-01', allDay: true })
  })

  it('tells all that is wrong at once', ({ expect }) => {
    const result = newEventFields.safeParse({
      name: '',
      startDate: '2030-02-30',
      startTime: '24:00',
      allDay: 'maybe',
      timezone: 'Mars/Olympus',
      status: 'done',
      alert: '1S',
      recurrence: 'FREQ=HOURLY',
    })
    expect(result.error && fieldIssues(result.error).map(({ field }) => field)).toEqual([
      'name',
      'startDate',
      'startTime',
      'allDay',
      'timezone',
      'status',
      'alert',
      'recurrence',
    ])
  })
})

describe('a change of an event', () => {
  it('may be of nothing', ({ expect }) => {
    expect(changedEventFields.parse({})).toEqual({})
  })

  it.for([
    ['name', null, ['name: Must be a text.']],
    ['startDate', null, ['startDate: Must be a text.']],
    ['name', '  ', ['name: Must not be empty.']],
    ['startDate', '', ['startDate: Must not be empty.']],
  ] as const)('can not clear %s by %j', ([field, value, issues], { expect }) => {
    expect(read(field, value)).toEqual(issues)
  })

  it.for([
    'location',
    'startTime',
    'endDate',
    'endTime',
    'allDay',
    'timezone',
    'details',
    'url',
    'status',
    'showAs',
    'alert',
    'alert2',
    'quickLink',
    'categories',
    'draft',
    'reference',
    'referenceType',
    'recurrence',
    'exceptions',
  ])('may clear %s', (field, { expect }) => {
    expect(read(field, null)).toBeNull()
  })

  it.for([
    ['name', 'Line 1\r\nLine 2', 'Line 1 Line 2'],
    ['location', ' Hall 1\r\nMain St ', 'Hall 1\nMain St'],
    ['details', 'a\rb', 'a\nb'],
    ['reference', ' loan-7/2030-05\n', 'loan-7/2030-05'],
    ['startDate', ' 2030-05-01 ', '2030-05-01'],
    ['endDate', '', ''],
    ['endTime', '', ''],
    ['status', 'Cancelled', 'cancelled'],
    ['status', 'TENTATIVE', 'tentative'],
    ['showAs', 'Busy', 'busy'],
    ['draft', 1, true],
    ['draft', '0', false],
    ['allDay', 'NO', false],
    ['timezone', 'australia/melbourne', 'Australia/Melbourne'],
    ['url', '', ''],
    ['alert', '15M', '15M'],
    ['alert', '0M', '0M'],
    ['alert2', '999W', '999W'],
    ['alert', '', ''],
    ['recurrence', '', ''],
    ['recurrence', ' FREQ=DAILY;COUNT=3 ', 'FREQ=DAILY;COUNT=3'],
    ['quickLink', [], []],
    [
      'quickLink',
      [{ name: ' Pay ', url: 'https://x.com/', colour: 1 }],
      [{ name: 'Pay', url: 'https://x.com/' }],
    ],
    ['exceptions', [], []],
    ['exceptions', [{ date: '2030-05-01', cancelled: 1 }], [{ date: '2030-05-01', cancelled: true }]],
  ] as const)('%s %j is read as %j', ([field, value, expected], { expect }) => {
    expect(read(field, value)).toEqual(expected)
  })

  it.for([
    ['name', 'x'.repeat(251), 'name: Must not have more than 250 characters.'],
    ['location', 'x'.repeat(501), 'location: Must not have more than 500 characters.'],
    ['details', 'x'.repeat(8001), 'details: Must not have more than 8000 characters.'],
    ['url', `https://x.com/${'x'.repeat(2000)}`, 'url: Must not have more than 2000 characters.'],
    ['url', 'javascript:alert(1)', 'url: Must be an absolute http or https URL.'],
    ['categories', 'x'.repeat(501), 'categories: Must not have more than 500 characters.'],
    ['reference', 'x'.repeat(129), 'reference: Must not have more than 128 characters.'],
    ['referenceType', 'x'.repeat(65), 'referenceType: Must not have more than 64 characters.'],
    ['name', 7, 'name: Must be a text.'],
    ['startDate', '1969-12-31', 'startDate: Must be a real date, YYYY-MM-DD, from 1970 to 2199.'],
    ['startTime', '9:00', 'startTime: Must be a time, HH:MM, from 00:00 to 23:59.'],
    ['status', 'canceled', 'status: Must be one of confirmed, tentative, cancelled.'],
    ['status', '', 'status: Must be one of confirmed, tentative, cancelled.'],
    ['showAs', 'away', 'showAs: Must be one of busy, free.'],
    ['alert', '15m', 'alert: Must be a number from 0 to 999 and M, H, D or W, such as 15M.'],
    ['alert', '15', 'alert: Must be a number from 0 to 999 and M, H, D or W, such as 15M.'],
    ['alert2', '-1D', 'alert2: Must be a number from 0 to 999 and M, H, D or W, such as 15M.'],
    ['draft', 2, 'draft: Must be true or false.'],
    ['quickLink', {}, 'quickLink: Must be an array.'],
    ['quickLink', ['https://x.com/'], 'quickLink.0: Must be an object with name and url.'],
    ['quickLink', [{ name: 'Pay', url: '' }], 'quickLink.0.url: Must not be empty.'],
    ['quickLink', [{ name: 'Pay' }], 'quickLink.0.url: Is required.'],
    [
      'quickLink',
      [{ name: 'x'.repeat(101), url: 'https://x.com' }],
      'quickLink.0.name: Must not have more than 100 characters.',
    ],
    [
      'quickLink',
      Array(11).fill({ name: '', url: 'https://x.com/' }),
      'quickLink: Must not have more than 10 links.',
    ],
    ['recurrence', 'FREQ=HOURLY', 'recurrence: Must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY.'],
    ['recurrence', ['FREQ=DAILY'], 'recurrence: Must be a text.'],
    ['exceptions', '2030-05-01', 'exceptions: Must be an array.'],
    ['exceptions', ['2030-05-01'], 'exceptions.0: Must be an object with a date.'],
    ['exceptions', [{}], 'exceptions.0.date: Is required.'],
    ['exceptions', [{ date: '20300501' }], 'exceptions.0.date: Must be YYYY-MM-DD or YYYY-MM-DDTHH:MM.'],
    ['exceptions', [{ date: '2030-02-30' }], 'exceptions.0.date: Must be YYYY-MM-DD or YYYY-MM-DDTHH:MM.'],
    [
      'exceptions',
      [{ date: '2030-05-01 19:00' }],
      'exceptions.0.date: Must be YYYY-MM-DD or YYYY-MM-DDTHH:MM.',
    ],
    [
      'exceptions',
      [{ date: '2030-05-01T24:00' }],
      'exceptions.0.date: Must be YYYY-MM-DD or YYYY-MM-DDTHH:MM.',
    ],
    ['exceptions', [{ date: '2030-05-01T' }], 'exceptions.0.date: Must be YYYY-MM-DD or YYYY-MM-DDTHH:MM.'],
    ['exceptions', [{ date: '2030-05-01', name: '' }], 'exceptions.0.name: Must not be empty.'],
    [
      'exceptions',
      [{ date: '2030-05-01', status: 'x' }],
      'exceptions.0.status: Must be one of confirmed, tentative, cancelled.',
    ],
    [
      'exceptions',
      Array(501).fill({ date: '2030-05-01' }),
      'exceptions: Must not have more than 500 exceptions.',
    ],
  ] as const)('is refused where %s is %j', ([field, value, issue], { expect }) => {
    expect(read(field, value)).toEqual([issue])
  })

  it('counts characters, not units', ({ expect }) => {
    expect(read('name', '✅'.repeat(250))).toBe('✅'.repeat(250))
    expect(read('name', '👋'.repeat(250))).toBe('👋'.repeat(250))
  })
})

describe('an exception of a series', () => {
  it('carries the fields of an event, but none that are the series’ alone', ({ expect }) => {
    const given = {
      date: '2030-05-01T19:00',
      name: ' Moved ',
      startTime: '20:00',
      url: null,
      calendarId: '66cc0f7964b36a314725e151',
      type: 'private',
      draft: 1,
      reference: 'r',
      referenceType: 't',
      recurrence: 'FREQ=DAILY',
      exceptions: [],
    }
    expect(read('exceptions', [given])).toEqual([
      { date: '2030-05-01T19:00', name: 'Moved', startTime: '20:00', url: null },
    ])
  })
})
