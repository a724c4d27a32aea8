import { logContactLost, logContactVerified, newWriteId } from '../changes'
import { type Context, commit } from './context'
import { DomainError } from './errors'
import { markActive } from './follows'
import { emailKey } from './subscribers'

/**
 * Makes an e-mail the verified contact of a person whom this write marked, and takes it from whoever held it
 * verified: from then on it reaches this person alone (`event-subscriptions.md` 8). Logs `profile.updated` of the
 * holder who loses it; `logEmailVerified` tells the rest.
 */
export function verifyEmail(ctx: Context, id: string, email: string, write: string): D1PreparedStatement[] {
  const value = emailKey(email)
  const marked = 'EXISTS (SELECT 1 FROM subscribers WHERE id = ?2 AND write_id = ?3)'
  return [
    logContactLost(ctx, id, { kind: 'email', value }, write),
    ctx.db
      .prepare(
        `UPDATE contacts SET verified = 0 WHERE publisher_id = ?4 AND kind = 'email' AND value = ?1
         AND verified = 1 AND subscriber_id <> ?2 AND ${marked}`,
      )
      .bind(value, id, write, ctx.publisher.id),
    ctx.db
      .prepare(
        `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, verified_at, signed_up_with, created_at)
         SELECT ?4, 'email', ?1, ?2, 1, ?5, 0, ?5 WHERE ${marked}
         ON CONFLICT (publisher_id, kind, value, subscriber_id) DO UPDATE SET verified = 1, verified_at = ?5`,
      )
      .bind(value, id, write, ctx.publisher.id, ctx.now),
  ]
}

/** Logs `contact.verified`, after what else the write says of the person. */
export function logEmailVerified(
  ctx: Context,
  id: string,
  email: string,
  write: string,
): D1PreparedStatement {
  return logContactVerified(ctx, id, { kind: 'email', value: emailKey(email) }, write)
}

/**
 * The client system vouches that the e-mail is this person's: it is a verified contact from then on. The feed
 * address and the tokens stay. Repeated it changes nothing. @throws DomainError `not_found`
 */
export async function confirmEmail(ctx: Context, id: string): Promise<void> {
  const person = await ctx.db
    .prepare(`SELECT email FROM subscribers WHERE id = ? AND publisher_id = ? AND email <> ''`)
    .bind(id, ctx.publisher.id)
    .first<{ email: string }>()
  if (!person) throw new DomainError('not_found')
  const write = newWriteId()
  await commit(ctx, [
    ctx.db
      .prepare(
        `${markVerified} AND NOT EXISTS (SELECT 1 FROM contacts WHERE publisher_id = ?3 AND kind = 'email'
           AND value = ?5 AND subscriber_id = ?4 AND verified = 1)`,
      )
      .bind(ctx.now, write, ctx.publisher.id, id, emailKey(person.email)),
    ...verifyEmail(ctx, id, person.email, write),
    logEmailVerified(ctx, id, person.email, write),
  ])
}

/** A proof is no act of the person: it is dated and marked, and counts as no activity. */
const markVerified = markActive.replace('total_activity = total_activity + 1, last_active_at = ?1, ', '')
