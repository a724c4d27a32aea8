import type { TestPublisher } from '../../support/publisher'

/** Records that the portal's pages show, made as client systems and people make them. */

export const CALENDARS = '/portal/calendars'
export const SUBSCRIBERS = '/portal/subscribers'

/** A calendar that a system made, and its page's path. */
export async function aCalendar(publisher: TestPublisher, values: Record<string, unknown> = {}) {
  const { data } = await publisher.api.post('/calendar', { name: 'Fixtures', ...values })
  return { id: data.id as string, path: `${CALENDARS}/${data.id}` }
}

/** An event that a system made, and its page's path. */
export async function anEvent(publisher: TestPublisher, values: Record<string, unknown> = {}) {
  const calendarId = values.calendarId ?? (await aCalendar(publisher)).id
  const event = { calendarId, name: 'Round 1', startDate: '2040-05-01', startTime: '19:00', ...values }
  const { data } = await publisher.api.post('/event', event)
  return { id: data.id as string, path: `/portal/events/${data.id}`, calendarId: String(calendarId) }
}

/** A person who connected a calendar, and their page's path. */
export async function aPerson(publisher: TestPublisher, fields: Record<string, unknown> = {}) {
  const person = await publisher.subscriber(fields)
  return { ...person, path: `${SUBSCRIBERS}/${person.ecalId}` }
}
