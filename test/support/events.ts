import { env } from 'cloudflare:workers'
import { type Answer, type Api, aPublisher, type TestPublisher } from './publisher'

export type Fixtures = TestPublisher & { calendarId: string }

/** A publisher with one public calendar. */
export async function withCalendar(
  values: Parameters<typeof aPublisher>[0] = {},
  calendar: Record<string, unknown> = {},
): Promise<Fixtures> {
  const publisher = await aPublisher(values)
  return { ...publisher, calendarId: await aCalendar(publisher.api, calendar) }
}

/** Makes one more public calendar; answers its id. */
export async function aCalendar(api: Api, values: Record<string, unknown> = {}): Promise<string> {
  const { status, data } = await api.post('/calendar', { name: 'Fixtures', ...values })
  if (status !== 200) throw new Error(`a test's calendar was answered with ${status}`)
  return data.id
}

/** Puts an event into one more calendar, as other surfaces may. */
export async function alsoIn({ id }: TestPublisher, eventId: string, calendarId: string): Promise<void> {
  const sql =
    'INSERT INTO calendar_events (calendar_id, event_id, publisher_id, added_at) VALUES (?, ?, ?, 1)'
  await env.DB.prepare(sql).bind(calendarId, eventId, id).run()
}

/** The fields of an event of one hour; a test adds where it goes. */
export const round1 = { name: 'Round 1', startDate: '2030-05-01', startTime: '10:00' }

/** The fields of an event of one day. */
export const paymentDue = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }

/** Makes an event that must be good; answers it. */
export async function made(answer: Promise<Answer>): Promise<Answer['data']> {
  const { status, text, data } = await answer
  if (status !== 200) throw new Error(`a test's event was answered with ${status}: ${text}`)
  return data
}

/** An event of one hour in a calendar. */
export function anEvent(
  { api, calendarId }: Fixtures,
  more: Record<string, unknown> = {},
): Promise<Answer['data']> {
  return made(api.post('/event', { ...round1, calendarId, ...more }))
}
