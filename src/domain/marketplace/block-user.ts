import { logUsersOf, newWriteId } from '../../changes'
import { commit } from '../context'
import { seatsChanged } from './billing'
import { findCompany } from './companies'
import type { ProvisioningContext } from './create-company'
import { logEntry } from './log'
import type { Marketplace } from './marketplaces'
import { endSessionsOf } from './sessions'

/**
 * Ends a user's access to one company: the membership is blocked, its sessions end, the seats are counted again.
 * Repeated, only the time moves on: what was issued before it lets nobody in. Logs `user.removed`, once.
 */
export function blockStatements(
  ctx: ProvisioningContext,
  publisherId: number,
  userId: string,
): D1PreparedStatement[] {
  const { db, now } = ctx
  const write = newWriteId()
  const company = String(publisherId)
  return [
    db
      .prepare(
        `UPDATE memberships SET write_id = iif(status = 'active', ?3, write_id), status = 'blocked',
           blocked_at = max(coalesce(blocked_at, 0), ?4) WHERE publisher_id = ?1 AND user_id = ?2`,
      )
      .bind(publisherId, userId, write, now),
    endSessionsOf(db, publisherId, userId),
    logUsersOf(ctx, 'user.removed', company, write),
    ...seatsChanged(ctx, company),
  ]
}

/**
 * The marketplace took a user out of a group (`marketplace.md` 7); the user's other companies are untouched.
 * @returns the publisher; null for a group or user that was never known
 */
export async function removeUser(
  ctx: ProvisioningContext,
  { tenant, creationMode }: Pick<Marketplace, 'tenant' | 'creationMode'>,
  groupUid: string,
  id: string,
): Promise<number | null> {
  const { db, now } = ctx
  const told = { at: now, tenant, kind: 'webhook', groupUid, uid: id } as const
  const company = await findCompany(db, tenant, groupUid)
  const userId = company && (await memberNamed(ctx, company.publisherId, keysOf(id, groupUid, creationMode)))
  if (!company || !userId) {
    await logEntry(db, { ...told, code: company ? 'unknown_user' : 'unknown_group' }).run()
    return null
  }
  await commit(ctx, [
    ...blockStatements(ctx, company.publisherId, userId),
    logEntry(db, { ...told, code: 'user_removed' }),
  ])
  return company.publisherId
}

/**
 * The keys that an id of a webhook may mean, the likeliest first: it comes as the uid or as the virtual uid, which is
 * the uid, a dot and the group.
 */
function keysOf(id: string, groupUid: string, mode: Marketplace['creationMode']): string[] {
  const [uid = ''] = id.split('.')
  return mode === 'real' ? [id, uid] : [id, `${uid}.${groupUid}`]
}

async function memberNamed(
  { db }: ProvisioningContext,
  publisherId: number,
  [first = '', second = '']: string[],
): Promise<string | null> {
  return db
    .prepare(
      `SELECT user_id FROM memberships WHERE publisher_id = ?1 AND uid IN (?2, ?3) AND uid <> ''
       ORDER BY uid <> ?2 LIMIT 1`,
    )
    .bind(publisherId, first, second)
    .first<string>('user_id')
}
