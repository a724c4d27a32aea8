import { env } from 'cloudflare:workers'
import { newId } from '../../src/platform/ids'

export type Person = { ecalId: string; calendarId: string }

/** An active subscriber with a private calendar, put straight into the database: no sign-up, no feed address. */
export async function aStoredPerson(
  publisher: { id: number },
  timezone = 'Australia/Melbourne',
): Promise<Person> {
  const [ecalId, calendarId] = [newId(), newId()]
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO subscribers (id, publisher_id, state, email, subscribed_at, last_active_at, created_at, modified_at)
       VALUES (?1, ?2, 'active', ?1 || '@example.com', 1, 1, 1, 1)`,
    ).bind(ecalId, publisher.id),
    env.DB.prepare(
      `INSERT INTO calendars (id, publisher_id, kind, owner_id, name, timezone, created_at, modified_at)
       VALUES (?1, ?2, 'private', ?3, ?3 || '_private', ?4, 1, 1)`,
    ).bind(calendarId, publisher.id, ecalId, timezone),
    follow(publisher.id, ecalId, calendarId),
  ])
  return { ecalId, calendarId }
}

function follow(publisherId: number, ecalId: string, calendarId: string): D1PreparedStatement {
  return env.DB.prepare(
    `INSERT INTO follows (publisher_id, subscriber_id, calendar_id, permission, followed_at)
     VALUES (?, ?, ?, 'subscribed_read', 1)`,
  ).bind(publisherId, ecalId, calendarId)
}

/** Lets a person follow a calendar. */
export async function follows(publisher: { id: number }, person: Person, calendarId: string): Promise<void> {
  await follow(publisher.id, person.ecalId, calendarId).run()
}
