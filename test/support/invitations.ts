import { env } from 'cloudflare:workers'
import type { App } from './apps'

/** Invites whoever a contact reaches; answers the person's id. */
export async function invite(
  service: App,
  eventId: string,
  subscriber: Record<string, unknown>,
  fields: Record<string, unknown> = {},
): Promise<string> {
  const made = await service.post('/event-subscriptions', { event_id: eventId, subscriber, ...fields })
  if (made.status !== 200) throw new Error(`a test's invitation answered ${made.status}: ${made.text}`)
  return made.data[0].subscriber.id
}

/** A direct relation as D1 has it, live or removed. */
export async function relationRow(eventId: string, subscriberId: string): Promise<Record<string, unknown>> {
  const row = await env.DB.prepare('SELECT * FROM relations WHERE event_id = ? AND subscriber_id = ?')
    .bind(eventId, subscriberId)
    .first()
  return row ?? {}
}
