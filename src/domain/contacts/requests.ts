import { type Contact, logContactRequested, logSubscriber, newWriteId } from '../../changes'
import { GuardBroken, guardAgainst } from '../../platform/d1'
import { sameSecret } from '../../platform/digest'
import { seal, unseal } from '../../platform/sealed'
import { sealedCodeOwner } from '../../webhooks/codes'
import { type Context, commit } from '../context'
import { DomainError, rateLimited } from '../errors'
import { giveAddress, limitAddress, newFeedAddress } from '../feed-addresses'
import { planMerge } from '../merge/plan'
import { USABLE } from '../subscribers/subscribers'
import { endTokens } from '../user-tokens'
import { newCode } from './codes'
import { markProved, proveContact } from './prove'

/**
 * Codes by which a person proves a contact (`event-subscriptions.md` 8, *persons/me*). The newest request of a person
 * and contact counts. Whether anybody has the contact plays no part in any answer.
 */

const LIFETIME_MS = 10 * 60_000
const ATTEMPTS = 5
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** SQL: requests `q` of a person, and of a contact over all persons of the publisher. */
const OF_PERSON = 'q.subscriber_id = ?1'
const OF_CONTACT = 'q.publisher_id = ?2 AND q.kind = ?3 AND q.value = ?4'

/** Requests an hour. */
const REQUESTS = [
  [5, `${OF_PERSON} AND q.kind = ?3 AND q.value = ?4`],
  [20, OF_PERSON],
  [10, OF_CONTACT],
] as const

/**
 * Wrong codes a day, after which no new one is sent: as many as the requests of one hour allow. Else somebody who asks
 * for new codes hour after hour had a thousand guesses a day at somebody's contact.
 */
const WRONG_CODES = [
  [100, OF_PERSON],
  [50, OF_CONTACT],
] as const

/** SQL: when a limit that is reached has room again; NULL where it has some. `?5`: an hour ago. */
const roomAt = [
  ...REQUESTS.map(
    ([most, which]) =>
      `(SELECT q.requested_at + ${HOUR_MS} FROM contact_requests q WHERE ${which} AND q.requested_at > ?5
        ORDER BY q.requested_at DESC LIMIT 1 OFFSET ${most - 1})`,
  ),
  ...WRONG_CODES.map(
    ([most, which]) =>
      `(SELECT min(q.requested_at) + ${DAY_MS} FROM contact_requests q WHERE ${which} AND q.attempts > 0
        AND q.requested_at > ?5 - ${DAY_MS - HOUR_MS} HAVING sum(q.attempts) >= ${most})`,
  ),
]

/** A request for a code; null where the person has the contact verified already. */
export type Requested = { readonly expiresAt: number } | null

/**
 * Asks that a code be sent to a contact; the client does it (`contact.verification_requested`). A former code of the
 * person and contact ends. @throws DomainError `rate_limited`, counted in the write
 */
export async function requestCode(ctx: Context, personId: string, contact: Contact): Promise<Requested> {
  if (await hasVerified(ctx, personId, contact)) return null
  const { kind, value } = contact
  const write = newWriteId()
  const expiresAt = ctx.now + LIFETIME_MS
  const sealed = await seal(ctx.encryptionKey(), newCode(), sealedCodeOwner(personId, contact, write))
  const keys = [personId, ctx.publisher.id, kind, value, ctx.now - HOUR_MS]
  const [made] = await commit(ctx, [
    ctx.db
      .prepare(
        `INSERT INTO contact_requests (publisher_id, subscriber_id, kind, value, code_sealed, requested_at, expires_at, write_id)
         SELECT ?2, s.id, ?3, ?4, ?6, ?7, ?8, ?9 FROM subscribers s
         WHERE s.id = ?1 AND s.publisher_id = ?2 AND s.state IN ${USABLE}
           AND ${roomAt.map((at) => `${at} IS NULL`).join(' AND ')} RETURNING id`,
      )
      .bind(...keys, sealed, ctx.now, expiresAt, write),
    ctx.db
      .prepare(
        `UPDATE contact_requests SET code_sealed = NULL
         WHERE subscriber_id = ?1 AND kind = ?2 AND value = ?3 AND write_id <> ?4 AND code_sealed IS NOT NULL
           AND EXISTS (SELECT 1 FROM contact_requests n WHERE n.subscriber_id = ?1 AND n.requested_at = ?5 AND n.write_id = ?4)`,
      )
      .bind(personId, kind, value, write, ctx.now),
    ctx.db
      .prepare(
        'UPDATE contact_requests SET code_sealed = NULL WHERE code_sealed IS NOT NULL AND expires_at <= ?',
      )
      .bind(ctx.now),
    logContactRequested(ctx, write, personId),
  ])
  if (made?.results.length === 1) return { expiresAt }
  const again = await ctx.db
    .prepare(`SELECT max(${roomAt.map((at) => `coalesce(${at}, 0)`).join(', ')}) AS at`)
    .bind(...keys)
    .first<number>('at')
  if (!again) throw new DomainError('not_authenticated')
  throw rateLimited((again - ctx.now) / 1_000)
}

/** @throws DomainError `not_authenticated` for a person who left or was merged away meanwhile */
async function hasVerified(ctx: Context, personId: string, { kind, value }: Contact): Promise<boolean> {
  const row = await ctx.db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM contacts k WHERE k.publisher_id = s.publisher_id AND k.kind = ?2 AND k.value = ?3
         AND k.subscriber_id = s.id AND k.verified = 1) AS verified
       FROM subscribers s WHERE s.id = ?4 AND s.publisher_id = ?1 AND s.state IN ${USABLE}`,
    )
    .bind(ctx.publisher.id, kind, value, personId)
    .first<{ verified: number }>()
  if (!row) throw new DomainError('not_authenticated')
  return row.verified === 1
}

type Pending = { id: number; code_sealed: string; write_id: string }

/** SQL: a request that a code may still be tried for; `?` is the time. */
const IS_OPEN = (now: string) => `code_sealed IS NOT NULL AND attempts < ${ATTEMPTS} AND expires_at > ${now}`

/** The request that counts. @throws DomainError `code_expired` */
async function readPending(ctx: Context, personId: string, { kind, value }: Contact): Promise<Pending> {
  const row = await ctx.db
    .prepare(
      `SELECT id, code_sealed, write_id FROM contact_requests
       WHERE subscriber_id = ?1 AND kind = ?2 AND value = ?3 AND ${IS_OPEN('?4')} ORDER BY id DESC LIMIT 1`,
    )
    .bind(personId, kind, value, ctx.now)
    .first<Pending>()
  if (!row) throw new DomainError('code_expired')
  return row
}

/** More rounds than confirmations that could sensibly meet. */
const ROUNDS = 50

/**
 * A person proves a contact by the code that was sent to it. Where they have it verified already, nothing happens.
 * `tokenHash` is the token in use, which outlives the first proof of the e-mail signed up with.
 * @returns the persons that were merged into this one
 * @throws DomainError `code_invalid`, `code_expired`, `not_authenticated`
 */
export async function confirmCode(
  ctx: Context,
  personId: string,
  tokenHash: string | null,
  contact: Contact,
  code: string,
): Promise<readonly string[]> {
  for (let round = 0; round < ROUNDS; round++) {
    if (await hasVerified(ctx, personId, contact)) return []
    const pending = await readPending(ctx, personId, contact)
    const sealedFor = sealedCodeOwner(personId, contact, pending.write_id)
    if (!(await sameSecret(await unseal(ctx.encryptionKey(), pending.code_sealed, sealedFor), code))) {
      throw new DomainError((await countAttempt(ctx, pending.id)) ? 'code_invalid' : 'code_expired')
    }
    const merged = await useCode(ctx, personId, tokenHash, contact, pending.id)
    if (merged) return merged
  }
  throw new Error('a contact was confirmed too often at once')
}

/** Counts a wrong code; false where it was one too many. */
async function countAttempt(ctx: Context, requestId: number): Promise<boolean> {
  const { results } = await ctx.db
    .prepare(
      `UPDATE contact_requests SET attempts = attempts + 1 WHERE id = ?1 AND ${IS_OPEN('?2')} RETURNING id`,
    )
    .bind(requestId, ctx.now)
    .all()
  return results.length === 1
}

/** The proof, in one commit; null where what it was decided on has changed meanwhile. */
async function useCode(
  ctx: Context,
  personId: string,
  tokenHash: string | null,
  contact: Contact,
  requestId: number,
): Promise<readonly string[] | null> {
  const write = newWriteId()
  const plan = await planMerge(ctx, personId, contact)
  const isFirst = await isFirstProof(ctx, personId, contact)
  const proof = proveContact(ctx, plan, write)
  const given = isFirst ? await newFeedAddress(ctx) : null
  const open = `EXISTS (SELECT 1 FROM contact_requests WHERE id = ?1 AND ${IS_OPEN('?2')})`
  try {
    await commit(ctx, [
      proof.guard,
      guardAgainst(ctx.db, `NOT ${open}`, requestId, ctx.now),
      ctx.db.prepare('UPDATE contact_requests SET code_sealed = NULL WHERE id = ?').bind(requestId),
      ctx.db.prepare(markProved).bind(ctx.now, write, ctx.publisher.id, personId),
      guardAgainst(
        ctx.db,
        `NOT EXISTS (SELECT 1 FROM subscribers WHERE id = ? AND write_id = ?)`,
        personId,
        write,
      ),
      ...(given
        ? [
            limitAddress(ctx, personId, write),
            giveAddress(ctx, personId, given, write),
            endTokens(ctx, personId, write, tokenHash),
          ]
        : []),
      ...proof.state,
      ...(given
        ? [logSubscriber(ctx, 'subscriber.updated', personId, write, { reason: 'feed_address_rotated' })]
        : []),
      ...proof.log,
    ])
    return plan.merging.map(({ id }) => id)
  } catch (error) {
    if (error instanceof GuardBroken) return null
    throw error
  }
}

/**
 * Whether nobody proved the e-mail that this person signed up with before: whoever typed it then may be somebody
 * else. An e-mail changes only by a sign-up or a merge, which the plan's guard sees.
 */
async function isFirstProof(ctx: Context, personId: string, { kind, value }: Contact): Promise<boolean> {
  const row = await ctx.db
    .prepare(
      `SELECT 1 FROM contacts k JOIN subscribers s ON s.id = k.subscriber_id WHERE k.publisher_id = ? AND k.kind = ?
         AND k.value = ? AND k.subscriber_id = ? AND k.signed_up_with = 1 AND k.verified_at IS NULL AND s.state = 'active'`,
    )
    .bind(ctx.publisher.id, kind, value, personId)
    .first()
  return row !== null
}
