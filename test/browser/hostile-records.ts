import { vi } from 'vitest'
import { unbroken, within } from './hostile-texts'
import { day, type System } from './portal-records'

/** Writes a text into every field that a publisher or a subscriber can write; answers the pages that show it. */
export async function writeEverywhere(system: System, widgetId: string, text: string): Promise<string[]> {
  const { api, payments } = system
  const mark = crypto.randomUUID().slice(0, 8)
  const short = (characters: number) => within(text, characters)
  const url = `https://shop.example/${mark}?"'>${unbroken(text)}`.slice(0, 2000)
  const email = `${mark}${unbroken(text).slice(0, 60)}@shop.example`

  await api('PUT', `/widget/${widgetId}`, {
    name: short(250),
    icsFilename: short(100),
    welcome: { name: short(250), details: text, url },
  })
  const calendar = await api('POST', '/calendar', {
    name: short(250),
    reference: short(128),
    categories: short(500),
    note: `${text}\n${text}`,
  })
  await api('PUT', `/calendar/${calendar.id}`, { note: text })
  const eventOf = (more: object) => ({
    name: short(250),
    startDate: day(2),
    startTime: '19:30',
    location: short(500),
    details: `${text}\n${text}`,
    url,
    referenceType: short(64),
    categories: short(500),
    quickLink: [{ name: short(100), url }],
    ...more,
  })
  const reference = `${mark}${short(100)}`
  const event = await api('POST', '/event', eventOf({ calendarId: calendar.id, reference }))
  await api('PUT', `/event/${event.id}`, { details: text })
  await api('POST', '/event', eventOf({ calendarId: calendar.id, recurrence: 'FREQ=DAILY;COUNT=3' }))

  const hook = await api('POST', '/webhook', {
    url: `http://127.0.0.1:9/${mark}?"'>${unbroken(text).replaceAll('#', '')}`,
    description: short(250),
  })
  const profile = Object.fromEntries(
    [
      'first_name',
      'last_name',
      'name',
      'gender',
      'age_group',
      'dob',
      'zip',
      'mobileNumber',
      'parentEmail',
    ].map((name) => [name, short(250)]),
  )
  const { ecalId } = await system.signUp({
    ...profile,
    email,
    tags: [short(64)],
    data: { [text]: text },
    subscriber_reference: short(128),
    referringPage: short(2000),
    calendarIds: [],
  })
  await api('POST', `/subscriber/${ecalId}/subscriptions/add`, { calendarIds: [calendar.id] })
  const own = await api('POST', `/event?ecal_id=${ecalId}`, eventOf({}))
  const { token } = await api('POST', `/subscriber/${ecalId}/tokens`, { name: short(250) })

  const asPerson = { Authorization: `Token ${token}` }
  const [start, end] = [`${day(5)}T10:00:00Z`, `${day(5)}T11:00:00Z`]
  const zones = { start_timezone: 'UTC', end_timezone: 'UTC' }
  const dinner = await system.call(
    'POST',
    '/events',
    {
      title: short(250),
      description: text,
      start_location: { text: short(250) },
      start,
      end,
      ...zones,
    },
    asPerson,
  )
  await system.call(
    'POST',
    '/event-subscriptions',
    {
      event_id: dinner.data[0].id,
      subscriber: {
        email: `guest${mark}@shop.example`,
        first_name: short(100),
        last_name: short(100),
      },
      message: short(2000),
      is_invitation: true,
    },
    asPerson,
  )

  const account = mark.toUpperCase()
  const template = { title: '{description} {amount}', details: short(2000).replace(/[{}]/g, '') }
  await system.asOperator('PUT', `/businesses/${account}`, {
    name: short(100),
    calendar: { templates: { due: template } },
  })
  const byReference = { businessAccountId: account, startDate: '2024-01-01' }
  await payments('PUT', `/${account}`, byReference)
  const printable = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ').trim()
  await payments('POST', `/${account}/oneOffSchedules`, {
    dueDate: day(14),
    amount: 50,
    scheduleDescription: printable.slice(0, 50),
    externalScheduleId: `${mark}${printable.slice(0, 40)}`,
  })

  const message = await vi.waitFor(
    async () => {
      const [first] = await api('GET', `/webhook/${hook.id}/deliveries`)
      if (first === undefined) throw new Error('no message was made yet')
      return first
    },
    { timeout: 10_000, interval: 100 },
  )
  return [
    `/portal/calendars/${calendar.id}`,
    `/portal/calendars/${calendar.id}?month=${day(2).slice(0, 7)}`,
    `/portal/events/${event.id}`,
    `/portal/events/${own.id}`,
    `/portal/subscribers/${ecalId}`,
    `/portal/subscribers?q=${encodeURIComponent(text)}`,
    `/portal/webhooks/${hook.id}`,
    `/portal/webhooks/${hook.id}/deliveries/${message.messageId}`,
    `/portal/payments/${account}`,
  ]
}
