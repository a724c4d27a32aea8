import type { Database, Row } from '../../platform/d1'
import type { Publisher } from '../context'
import { type PublisherRow, publisherColumns, toPublisher } from '../publishers'
import { type Company, type CompanyRow, companyColumns, companyTables, toCompany } from './companies'
import { type Marketplace, type MarketplaceRow, pathSuffix, toMarketplace } from './marketplaces'
import type { Role } from './roles'
import { isStillGood } from './session-check'
import { IDLE_MS, sessionHash } from './sessions'

/** An open session: who is in, and the one company that it reaches. */
export type PortalSession = {
  /** SHA-256 of the session's id. */
  readonly hash: string
  readonly publisher: Publisher
  /** null for a publisher that came by no marketplace. */
  readonly company: Company | null
  /** The company's; null where it has none. */
  readonly marketplace: Marketplace | null
  readonly user: {
    readonly id: string
    readonly firstName: string
    readonly lastName: string
    readonly email: string
    readonly role: Role
  }
  /** Where the user signed on; null for an operator's link. */
  readonly tenant: string | null
  /** The user's `uid` there. */
  readonly uid: string
}

/** What there is for the id that a request came with. */
export type SessionState =
  | { readonly kind: 'open'; readonly session: PortalSession }
  /** There is no such session, or none any more. */
  | { readonly kind: 'none' }
  /** The company's subscription has ended: 403 with whom to turn to. */
  | { readonly kind: 'cancelled'; readonly contact: string }
  /** The marketplace ended it: the path at which to sign on anew. */
  | { readonly kind: 'start_again'; readonly path: string }

/** What it takes to read a session; `db` is the primary, so that what ended it holds at once. */
export type SessionReading = {
  readonly db: Database
  readonly now: number
  readonly encryptionKey: () => string
}

type SessionRow = PublisherRow & {
  user_id: string
  tenant: string | null
  uid: string
  last_seen_at: number
  mno_session: string
  recheck_at: number | null
  checked_at: number
  first_name: string
  last_name: string
  email: string
  role: Role
}

const OPEN_SESSION = `SELECT s.user_id, s.tenant, s.uid, s.last_seen_at, s.mno_session, s.recheck_at, s.checked_at,
    m.first_name, m.last_name, m.email, m.role, ${publisherColumns}
  FROM portal_sessions s JOIN publishers p ON p.id = s.publisher_id
    JOIN memberships m ON m.publisher_id = s.publisher_id AND m.user_id = s.user_id AND m.status = 'active'
  WHERE s.id_hash = ?1 AND s.expires_at > ?2 AND s.last_seen_at > ?2 - ${IDLE_MS}`

const ITS_COMPANY = `c.publisher_id = (SELECT publisher_id FROM portal_sessions WHERE id_hash = ?1)`

/**
 * The session of an id, judged against the database of now: its time, the user, the company, the marketplace; and, where
 * that is due, asked about at the marketplace. It counts as used.
 */
export async function readSession(ctx: SessionReading, id: string | null): Promise<SessionState> {
  if (id === null) return { kind: 'none' }
  const hash = await sessionHash(id)
  const [sessions, companies, marketplaces] = await ctx.db.batch<Row>([
    ctx.db.prepare(OPEN_SESSION).bind(hash, ctx.now),
    ctx.db.prepare(`SELECT ${companyColumns} FROM ${companyTables} WHERE ${ITS_COMPANY}`).bind(hash),
    ctx.db
      .prepare(`SELECT k.* FROM companies c JOIN marketplaces k ON k.tenant = c.tenant WHERE ${ITS_COMPANY}`)
      .bind(hash),
  ])
  const row = sessions?.results[0] as SessionRow | undefined
  if (!row) return { kind: 'none' }
  const companyRow = companies?.results[0] as CompanyRow | undefined
  const marketplaceRow = marketplaces?.results[0] as MarketplaceRow | undefined
  const company = companyRow ? toCompany(companyRow) : null
  const marketplace = marketplaceRow ? toMarketplace(marketplaceRow, ctx.encryptionKey) : null
  if (row.cancelled_at !== null) return { kind: 'cancelled', contact: marketplace?.contact ?? '' }
  if (row.tenant !== null) {
    // Who signed on at a marketplace is in as long as it stands, and the company is its own.
    if (!marketplace?.enabled || company?.status !== 'active') return { kind: 'none' }
    if (!(await isStillGood(ctx, marketplace, checkedOf(hash, row)))) {
      return { kind: 'start_again', path: startPath(marketplace, company) }
    }
  }
  await touch(ctx, hash, row)
  return { kind: 'open', session: toSession(hash, row, company, marketplace) }
}

/** Where somebody signs on to a company of a marketplace. */
export function startPath(
  marketplace: Pick<Marketplace, 'tenant'>,
  company: Pick<Company, 'groupUid'>,
): string {
  const group = encodeURIComponent(company.groupUid)
  return `/maestrano/auth/saml/init${pathSuffix(marketplace)}?group_id=${group}`
}

/** Where signing out leads: to the marketplace, which then signs its own session out, or to our own page. */
export function signOutTarget({ tenant, marketplace, uid }: PortalSession): string {
  if (tenant === null || marketplace === null) return '/portal/sign-in'
  return `${marketplace.host}/app_logout?user_uid=${encodeURIComponent(uid)}`
}

/** Uses are written down once in so long. */
const TOUCHED_EVERY_MS = 60_000

async function touch(ctx: SessionReading, hash: string, row: SessionRow): Promise<void> {
  if (ctx.now < row.last_seen_at + TOUCHED_EVERY_MS) return
  await ctx.db
    .prepare('UPDATE portal_sessions SET last_seen_at = max(last_seen_at, ?1) WHERE id_hash = ?2')
    .bind(ctx.now, hash)
    .run()
}

function checkedOf(hash: string, row: SessionRow) {
  const { uid, mno_session: mnoSession, recheck_at: recheckAt, checked_at: checkedAt } = row
  return { hash, uid, mnoSession, recheckAt, checkedAt }
}

function toSession(
  hash: string,
  row: SessionRow,
  company: Company | null,
  marketplace: Marketplace | null,
): PortalSession {
  const { user_id: id, first_name: firstName, last_name: lastName, email, role, tenant, uid } = row
  const user = { id, firstName, lastName, email, role }
  return { hash, publisher: toPublisher(row), company, marketplace, user, tenant, uid }
}
