import {
  type Contact,
  logContactLost,
  logContactVerified,
  logLosersRelations,
  logOwnRelations,
  newWriteId,
} from '../../changes'
import { emailKey } from '../../objects/email'
import { GuardBroken } from '../../platform/d1'
import { type Context, commit } from '../context'
import { DomainError } from '../errors'
import { logMerges, mergePersons } from '../merge/merge'
import { guardPlan, type MergePlan, planMerge } from '../merge/plan'
import { markActive } from '../subscribers/follows'
import { USABLE } from '../subscribers/subscribers'

/**
 * What a proof of a contact does, by code, `confirm-email` or `emailSign` alike (`event-subscriptions.md` 8): the
 * contact is this person's and reaches them alone, and persons merge. `guard` stands before anything is written,
 * `state` once the person is marked, `log` after what else the write says of the person.
 */
export type Proof = {
  readonly guard: D1PreparedStatement
  readonly state: readonly D1PreparedStatement[]
  readonly log: readonly D1PreparedStatement[]
}

/** The statements of a proof, as it was planned. */
export function proveContact(ctx: Context, plan: MergePlan, write: string): Proof {
  const { survivorId: id, contact } = plan
  return {
    guard: guardPlan(ctx, plan),
    state: [...verifyContact(ctx, id, contact, write), ...mergePersons(ctx, plan, write)],
    log: [
      logContactVerified(ctx, id, contact, write),
      logOwnRelations(ctx, id, write),
      ...logMerges(ctx, plan, write),
    ],
  }
}

/** Makes a contact the verified one of a person whom this write marked; whoever else held it verified loses it. */
function verifyContact(ctx: Context, id: string, contact: Contact, write: string): D1PreparedStatement[] {
  const { kind, value } = contact
  const marked = 'EXISTS (SELECT 1 FROM subscribers WHERE id = ?2 AND write_id = ?3)'
  return [
    logContactLost(ctx, id, contact, write),
    logLosersRelations(ctx, id, contact, write),
    ctx.db
      .prepare(
        `UPDATE contacts SET verified = 0 WHERE publisher_id = ?4 AND kind = ?5 AND value = ?1
         AND verified = 1 AND subscriber_id <> ?2 AND ${marked}`,
      )
      .bind(value, id, write, ctx.publisher.id, kind),
    ctx.db
      .prepare(
        `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, verified_at, signed_up_with, created_at)
         SELECT ?4, ?6, ?1, ?2, 1, ?5, 0, ?5 WHERE ${marked}
         ON CONFLICT (publisher_id, kind, value, subscriber_id) DO UPDATE SET verified = 1, verified_at = ?5`,
      )
      .bind(value, id, write, ctx.publisher.id, ctx.now, kind),
  ]
}

/** More rounds than proofs of one contact that could sensibly meet. */
const ROUNDS = 50

/**
 * The client system vouches that the e-mail is this person's: it is a verified contact from then on. The feed
 * address and the tokens stay. Repeated it changes nothing. @throws DomainError `not_found`
 */
export async function confirmEmail(ctx: Context, id: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const person = await ctx.db
      .prepare(
        `SELECT email FROM subscribers WHERE id = ? AND publisher_id = ? AND email <> '' AND state IN ${USABLE}`,
      )
      .bind(id, ctx.publisher.id)
      .first<{ email: string }>()
    if (!person) throw new DomainError('not_found')
    const contact = { kind: 'email', value: emailKey(person.email) } as const
    const write = newWriteId()
    const proof = proveContact(ctx, await planMerge(ctx, id, contact), write)
    try {
      await commit(ctx, [
        proof.guard,
        ctx.db
          .prepare(
            `${markProved} AND NOT EXISTS (SELECT 1 FROM contacts WHERE publisher_id = ?3 AND kind = 'email'
               AND value = ?5 AND subscriber_id = ?4 AND verified = 1)`,
          )
          .bind(ctx.now, write, ctx.publisher.id, id, contact.value),
        ...proof.state,
        ...proof.log,
      ])
      return
    } catch (error) {
      if (!(error instanceof GuardBroken)) throw error
    }
  }
  throw new Error('an e-mail was confirmed too often at once')
}

/** A proof is no act of the person: it is dated and marked, and counts as no activity. */
export const markProved = markActive.replace('total_activity = total_activity + 1, last_active_at = ?1, ', '')
