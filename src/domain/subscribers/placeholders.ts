import type { Contact } from '../../changes'
import { guardAgainst } from '../../platform/d1'
import type { GivenContacts } from '../contacts/values'
import type { Context } from '../context'
import { DomainError } from '../errors'
import { USABLE } from './subscribers'

/** Whom contacts reach (`event-subscriptions.md` 8): somebody there is, or nobody yet. */
export type Reached = (
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'new'; readonly contact: Contact }
) & {
  /** What this was decided on: `guardReached` compares it. */
  readonly seen: { readonly contacts: string; readonly holders: string }
}

/** SQL over `contacts k JOIN subscribers s`: the person is there for this contact alone, which nobody proved. */
const IS_PLACEHOLDER = `s.state = 'placeholder' AND k.verified = 0 AND k.signed_up_with = 0
  AND (SELECT count(*) FROM contacts o WHERE o.subscriber_id = s.id) = 1`

/** SQL: everybody whom contacts (`?2`) may reach. A sign-up that only typed one is never among them. */
const HOLDERS = `SELECT json_group_array(json_array(h.key, h.id, h.verified)) FROM (
  SELECT j.key, s.id, k.verified FROM json_each(?2) j
  CROSS JOIN contacts k ON k.publisher_id = ?1 AND k.kind = j.value ->> '$.kind' AND k.value = j.value ->> '$.value'
  CROSS JOIN subscribers s ON s.id = k.subscriber_id
  WHERE s.state IN ${USABLE} AND (k.verified = 1 OR (${IS_PLACEHOLDER}))
  ORDER BY k.verified DESC, j.key, k.created_at, s.id) h`

/**
 * Whom an e-mail, a phone number or both reach: who has one verified, else the placeholder of the e-mail, or of the
 * phone number where it stands alone. The contact that didn't decide links nothing.
 * @throws DomainError `contact_conflict` where two persons have one verified each
 */
export async function findByContacts(ctx: Context, { email, phone }: GivenContacts): Promise<Reached> {
  const contacts = [
    ...(email === null ? [] : [{ kind: 'email', value: email } as const]),
    ...(phone === null ? [] : [{ kind: 'phone', value: phone } as const]),
  ]
  const [contact] = contacts
  if (!contact) throw new Error('no contact to find anybody by')
  const list = JSON.stringify(contacts)
  const row = await ctx.db
    .prepare(`SELECT (${HOLDERS}) AS holders`)
    .bind(ctx.publisher.id, list)
    .first<{ holders: string }>()
  const seen = { contacts: list, holders: row?.holders ?? '[]' }
  const holders = JSON.parse(seen.holders) as [key: number, id: string, verified: number][]
  const verified = new Set(holders.filter(([, , isVerified]) => isVerified === 1).map(([, id]) => id))
  if (verified.size > 1) throw new DomainError('contact_conflict')
  const [proved] = verified
  const found = proved ?? holders.find(([at]) => at === 0)?.[1]
  return found === undefined ? { kind: 'new', contact, seen } : { kind: 'person', id: found, seen }
}

/**
 * Rolls back where the contacts reach somebody else by now: whoever lost a contact that another proved meanwhile gets
 * nothing that is meant for it, and of equal requests at once one makes the person whom the others find.
 */
export function guardReached(ctx: Context, { seen: { contacts, holders } }: Reached): D1PreparedStatement {
  return guardAgainst(ctx.db, `(${HOLDERS}) IS NOT ?3`, ctx.publisher.id, contacts, holders)
}

/**
 * Makes the person that a contact stands for until somebody proves it, where this write relates them to an event; its
 * relation stands earlier in the batch, and `guardReached` between.
 */
export function makePlaceholder(
  ctx: Context,
  id: string,
  { kind, value }: Contact,
  write: string,
): D1PreparedStatement[] {
  return [
    ctx.db
      .prepare(
        `INSERT INTO subscribers (id, publisher_id, state, email, subscribed_at, last_active_at, created_at, modified_at, write_id)
         SELECT ?1, ?2, 'placeholder', ?3, ?4, ?4, ?4, ?4, ?5
         WHERE EXISTS (SELECT 1 FROM relations WHERE subscriber_id = ?1 AND write_id = ?5 AND removed_at IS NULL)`,
      )
      .bind(id, ctx.publisher.id, kind === 'email' ? value : '', ctx.now, write),
    ctx.db
      .prepare(
        `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, signed_up_with, created_at)
         SELECT s.publisher_id, ?1, ?2, s.id, 0, 0, ?3 FROM subscribers s WHERE s.id = ?4 AND s.write_id = ?5`,
      )
      .bind(kind, value, ctx.now, id, write),
  ]
}
