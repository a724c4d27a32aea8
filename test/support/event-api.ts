import { env } from 'cloudflare:workers'
import { type App, type AppAnswer, aPerson, type TestPerson } from './apps'
import type { TestPublisher } from './publisher'

/** The fields of an event of a person's own. */
export const dinner = {
  title: 'Dinner',
  start: '2042-02-12T18:00:00Z',
  end: '2042-02-12T20:00:00Z',
  start_timezone: 'Europe/Amsterdam',
  end_timezone: 'Europe/Amsterdam',
}

/** Makes an event of a person's own; answers it. */
export async function ownEvent(app: App, fields: Record<string, unknown> = {}): Promise<AppAnswer['data']> {
  const made = await app.post('/events', { ...dinner, ...fields })
  if (made.status !== 200) throw new Error(`a test's event answered ${made.status}: ${made.text}`)
  return made.data[0]
}

/** Lets a person follow calendars. */
export async function follow(
  publisher: TestPublisher,
  person: TestPerson,
  calendarIds: string[],
  permission?: string,
): Promise<void> {
  const body = { calendarIds, ...(permission ? { permission } : {}) }
  const answer = await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, body)
  if (answer.status !== 200) throw new Error(`a test's follow answered ${answer.status}: ${answer.text}`)
}

/** The private calendar of a person. */
export async function privateCalendar(person: TestPerson): Promise<string> {
  const sql = 'SELECT id FROM calendars WHERE owner_id = ?'
  return (await env.DB.prepare(sql).bind(person.ecalId).first<string>('id')) ?? ''
}

/** Marks a calendar as one that imports its events. */
export async function imports(calendarId: string): Promise<void> {
  const sql = `UPDATE calendars SET source = 'https://example.com/a.ics' WHERE id = ?`
  await env.DB.prepare(sql).bind(calendarId).run()
}

/** A new subscriber without the welcome event in their calendar. */
export async function aPersonAlone(publisher: TestPublisher): Promise<TestPerson> {
  const person = await aPerson(publisher)
  for (const { id } of (await person.app.get('/events')).data) await publisher.api.delete(`/event/${id}`)
  return person
}
