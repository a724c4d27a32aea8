import { logSubscriber, newWriteId } from '../../changes'
import { emailKey } from '../../objects/email'
import { GuardBroken } from '../../platform/d1'
import { markProved, proveContact } from '../contacts/prove'
import { commit } from '../context'
import { DomainError } from '../errors'
import { giveAddress, limitAddress, newFeedAddress } from '../feed-addresses'
import { planMerge } from '../merge/plan'
import { endTokens } from '../user-tokens'
import { audited, type Condition } from './audit'
import type { PortalContext } from './context'

/** More rounds than proofs of one e-mail that could sensibly meet. */
const ROUNDS = 50

/**
 * Staff vouch that an e-mail is a person's (`portal.md`, *Pages*). They can't tell who holds the present feed address,
 * so the person gets a new one, the former serves public calendars only, and the tokens end.
 * @returns the new address, once; null where the e-mail was verified before, and nothing changed
 * @throws DomainError `not_found`, also for a placeholder, who has neither signed up nor an address
 */
export async function confirmEmailAnew(ctx: PortalContext, id: string): Promise<string | null> {
  for (let round = 0; round < ROUNDS; round++) {
    const person = await ctx.db
      .prepare(
        `SELECT email FROM subscribers WHERE id = ? AND publisher_id = ? AND email <> '' AND state = 'active'`,
      )
      .bind(id, ctx.publisher.id)
      .first<{ email: string }>()
    if (!person) throw new DomainError('not_found')
    const contact = { kind: 'email', value: emailKey(person.email) } as const
    const given = await newFeedAddress(ctx)
    const write = newWriteId()
    const proof = proveContact(ctx, await planMerge(ctx, id, contact), write)
    try {
      const [, marked] = await commit(
        audited(ctx, 'subscriber.email_confirmed', id, isUnverified(ctx, id, contact.value)),
        [
          proof.guard,
          ctx.db
            .prepare(
              `${markProved} AND NOT EXISTS (SELECT 1 FROM contacts WHERE publisher_id = ?3 AND kind = 'email'
                 AND value = ?5 AND subscriber_id = ?4 AND verified = 1) RETURNING id`,
            )
            .bind(ctx.now, write, ctx.publisher.id, id, contact.value),
          limitAddress(ctx, id, write),
          endTokens(ctx, id, write),
          giveAddress(ctx, id, given, write),
          ...proof.state,
          logSubscriber(ctx, 'subscriber.updated', id, write, { reason: 'feed_address_rotated' }),
          ...proof.log,
        ],
      )
      return marked?.results.length === 1 ? given.address : null
    } catch (error) {
      if (!(error instanceof GuardBroken)) throw error
    }
  }
  throw new Error('an e-mail was confirmed too often at once')
}

function isUnverified(ctx: PortalContext, id: string, email: string): Condition {
  return {
    sql: `NOT EXISTS (SELECT 1 FROM contacts WHERE publisher_id = ?9 AND kind = 'email' AND value = ?11
      AND subscriber_id = ?10 AND verified = 1)`,
    values: [ctx.publisher.id, id, email],
  }
}
