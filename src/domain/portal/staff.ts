import { logUsersOf, newWriteId } from '../../changes'
import { GuardBroken, guardAgainst, type Row } from '../../platform/d1'
import { commit } from '../context'
import { DomainError } from '../errors'
import { seatsChanged } from '../marketplace/billing'
import { blockStatements } from '../marketplace/block-user'
import type { PortalSession } from '../marketplace/read-session'
import type { Role } from '../marketplace/roles'
import { audited, type Condition } from './audit'
import type { PortalContext } from './context'

/** The people of a company as its Admins see them (`portal.md`, `/portal/users`). */

export type StaffMember = {
  readonly userId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly role: Role
  readonly status: 'active' | 'blocked'
  readonly lastSignOnAt: number | null
  /** Whether the marketplace says who this is and whether they may come in. */
  readonly isMarketplaces: boolean
}

/**
 * SQL of a membership `m` that a marketplace manages: it has the user's uid, and the company is still its own. Outside
 * of the marketplace nobody else could block anybody.
 */
const MARKETPLACES = `(m.uid <> '' AND NOT EXISTS
  (SELECT 1 FROM companies c WHERE c.publisher_id = m.publisher_id AND c.status = 'standalone'))`

const memberColumns = `m.user_id, m.email, m.first_name, m.last_name, m.role, m.status, m.last_sign_on_at,
  ${MARKETPLACES} AS is_marketplaces`

/** Users of the publisher, in the order in which they joined. */
export async function listStaff(
  ctx: PortalContext,
  page: { readonly limit: number; readonly offset: number },
): Promise<StaffMember[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT ${memberColumns} FROM memberships m WHERE m.publisher_id = ?1
       ORDER BY m.joined_at, m.rowid LIMIT ?2 OFFSET ?3`,
    )
    .bind(ctx.publisher.id, page.limit, page.offset)
    .all<Row>()
  return results.map(toMember)
}

function toMember(row: Row): StaffMember {
  return {
    userId: String(row.user_id),
    email: String(row.email),
    firstName: String(row.first_name),
    lastName: String(row.last_name),
    role: row.role as Role,
    status: row.status as StaffMember['status'],
    lastSignOnAt: row.last_sign_on_at === null ? null : Number(row.last_sign_on_at),
    isMarketplaces: row.is_marketplaces === 1,
  }
}

/**
 * Blocks a user who came by an operator's link: the sessions end at once. Repeated, nothing changes.
 * @throws DomainError `not_found`; `forbidden` for oneself and for users whom the marketplace manages
 */
export async function blockStaff(ctx: PortalContext, userId: string): Promise<void> {
  if (userId === ctx.staff.userId) throw new DomainError('forbidden')
  await assertOurs(ctx, userId)
  const acting = audited(ctx, 'user.blocked', userId, inState(ctx, userId, 'active'))
  await commitOurs(acting, userId, blockStatements(acting, ctx.publisher.id, userId))
}

/** Lets a blocked user in again. @throws DomainError as `blockStaff` */
export async function unblockStaff(ctx: PortalContext, userId: string): Promise<void> {
  await assertOurs(ctx, userId)
  const company = String(ctx.publisher.id)
  const write = newWriteId()
  const acting = audited(ctx, 'user.unblocked', userId, inState(ctx, userId, 'blocked'))
  await commitOurs(acting, userId, [
    ctx.db
      .prepare(
        `UPDATE memberships SET status = 'active', blocked_at = NULL, write_id = ?3
         WHERE publisher_id = ?1 AND user_id = ?2 AND status = 'blocked'`,
      )
      .bind(ctx.publisher.id, userId, write),
    logUsersOf(acting, 'user.joined', company, write),
    ...seatsChanged(acting, company),
  ])
}

function inState(ctx: PortalContext, userId: string, status: StaffMember['status']): Condition {
  return {
    sql: 'EXISTS (SELECT 1 FROM memberships WHERE publisher_id = ?9 AND user_id = ?10 AND status = ?11)',
    values: [ctx.publisher.id, userId, status],
  }
}

async function assertOurs(ctx: PortalContext, userId: string): Promise<void> {
  const row = await ctx.db
    .prepare(`SELECT ${memberColumns} FROM memberships m WHERE m.publisher_id = ?1 AND m.user_id = ?2`)
    .bind(ctx.publisher.id, userId)
    .first<Row>()
  if (!row) throw new DomainError('not_found')
  if (toMember(row).isMarketplaces) throw new DomainError('forbidden')
}

/** Commits what changes a user, unless the marketplace has taken them over meanwhile. */
async function commitOurs(
  ctx: PortalContext,
  userId: string,
  statements: D1PreparedStatement[],
): Promise<void> {
  const isTheirs = guardAgainst(
    ctx.db,
    `NOT EXISTS (SELECT 1 FROM memberships m WHERE m.publisher_id = ?1 AND m.user_id = ?2 AND NOT ${MARKETPLACES})`,
    ctx.publisher.id,
    userId,
  )
  try {
    await commit(ctx, [isTheirs, ...statements])
  } catch (error) {
    if (error instanceof GuardBroken) throw new DomainError('forbidden')
    throw error
  }
}

/** Another company of the signed-on user, and its group at the marketplace. */
export type OtherCompany = { readonly name: string; readonly groupUid: string }

/** As many as the page lists. */
const MOST_COMPANIES = 50

/**
 * The user's other companies of the marketplace that they signed on at. None for who came by a link: that says nothing
 * of who they are elsewhere.
 */
export async function otherCompanies(ctx: PortalContext, session: PortalSession): Promise<OtherCompany[]> {
  if (session.tenant === null) return []
  const { results } = await ctx.db
    .prepare(
      `SELECT p.name, c.group_uid AS groupUid FROM memberships m JOIN companies c ON c.publisher_id = m.publisher_id
         JOIN publishers p ON p.id = c.publisher_id
       WHERE m.user_id = ?1 AND m.publisher_id <> ?2 AND m.status = 'active' AND m.uid <> ''
         AND c.tenant = ?3 AND c.status = 'active' ORDER BY p.name, p.id LIMIT ${MOST_COMPANIES}`,
    )
    .bind(session.user.id, ctx.publisher.id, session.tenant)
    .all<OtherCompany>()
  return results
}
