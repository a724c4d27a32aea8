import { AlreadyThere, GuardBroken, guardAgainst } from '../../platform/d1'
import { commit } from '../context'
import { findCompany } from './companies'
import { companyRefresh } from './company-refresh'
import { companyStatements, type Group, isCompanyThere, type ProvisioningContext } from './create-company'
import { type Person, userOf, userStatements } from './join-user'
import { logEntry } from './log'
import type { Marketplace } from './marketplaces'
import { endFormer, newSessionId, type Origin, openSession, sessionHash } from './sessions'
import { REQUEST_LASTS_MS } from './sso-requests'

/** What an assertion says, all checks but those of the database passed. */
export type Assertion = {
  readonly id: string
  /** Epoch ms. */
  readonly issuedAt: number
  /** From then on it is refused as too old, epoch ms. */
  readonly validUntil: number
  /** The request that it answers; null where the marketplace began. */
  readonly requestId: string | null
  readonly group: Group
  readonly person: Person
  readonly origin: Omit<Origin, 'tenant'>
}

/** Why an assertion that was checked is still refused. */
export type SignOnRefusal =
  | 'unknown_request'
  | 'replayed'
  | 'company_cancelled'
  | 'stale_assertion'
  | 'tenant_disabled'

export type SignedOn =
  | {
      readonly ok: true
      readonly sessionId: string
      readonly publisherId: number
      readonly isNewCompany: boolean
    }
  | { readonly ok: false; readonly reason: SignOnRefusal }

/** What was used up is kept for so long after it could be good, however clocks may differ. */
const KEPT_MS = 60 * 60_000

/** Tries, where another first sign-on of the group comes between. */
const TRIES = 3

/**
 * Signs a person on: in one transaction the request and the assertion are used up, the company and the user are made or
 * brought up to date (`marketplace.md` 4), and the session is opened. What is refused leaves nothing behind and uses
 * nothing up. `formerHash`: the session that the browser had, which ends.
 */
export async function signOn(
  ctx: ProvisioningContext,
  marketplace: Marketplace,
  assertion: Assertion,
  formerHash: string | null,
): Promise<SignedOn> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryToSignOn(ctx, marketplace, assertion, formerHash)
    } catch (error) {
      if (isCompanyThere(error) && tries < TRIES) continue
      if (!(error instanceof GuardBroken) && !isSpent(error)) throw error
      return { ok: false, reason: await whyRefused(ctx, marketplace, assertion) }
    }
  }
}

async function tryToSignOn(
  ctx: ProvisioningContext,
  marketplace: Marketplace,
  assertion: Assertion,
  formerHash: string | null,
): Promise<SignedOn> {
  const { db } = ctx
  const { tenant } = marketplace
  const { group, person } = assertion
  const known = await findCompany(db, tenant, group.uid)
  const { company, statements } = known
    ? { company: String(known.publisherId), statements: companyRefresh(ctx, known.publisherId, group) }
    : await companyStatements(ctx, marketplace, group)
  const sessionId = newSessionId()
  const hash = await sessionHash(sessionId)
  const owner = {
    sql: `SELECT publisher_id, user_id FROM memberships WHERE publisher_id = ${company} AND user_id = ${userOf('?10', '?11')}`,
    values: [tenant, person.uid],
  }
  const linksByEmail = marketplace.creationMode === 'real'
  const results = await commit(ctx, [
    ...spend(ctx, tenant, assertion),
    guardAgainst(db, 'NOT EXISTS (SELECT 1 FROM marketplaces WHERE tenant = ?1 AND enabled = 1)', tenant),
    ...statements,
    guardAgainst(db, `(SELECT status FROM companies WHERE publisher_id = ${company}) <> 'active'`),
    ...userStatements(ctx, { tenant, company }, person, { linksByEmail, issuedAt: assertion.issuedAt }),
    await openSession(ctx, sessionId, owner, { tenant, ...assertion.origin }),
    ...(formerHash === null ? [] : [endFormer(db, formerHash, hash)]),
    logEntry(db, {
      at: ctx.now,
      tenant,
      kind: 'sso',
      code: 'signed_on',
      groupUid: group.uid,
      uid: person.uid,
    }),
    db.prepare('SELECT publisher_id FROM portal_sessions WHERE id_hash = ?1').bind(hash),
  ])
  const publisherId = Number(results.at(-1)?.results[0]?.publisher_id)
  return { ok: true, sessionId, publisherId, isNewCompany: known === null }
}

/** Uses the request and the assertion up: whoever comes second breaks the batch. */
function spend(ctx: ProvisioningContext, tenant: string, assertion: Assertion): D1PreparedStatement[] {
  const { id, validUntil, requestId } = assertion
  const spent = (kind: 'assertion' | 'request', what: string, goodUntil: number) =>
    ctx.db
      .prepare('INSERT INTO sso_spent (tenant, kind, id, expires_at) VALUES (?1, ?2, ?3, ?4)')
      .bind(tenant, kind, what, goodUntil + KEPT_MS)
  return [
    spent('assertion', id, validUntil),
    ...(requestId === null ? [] : [spent('request', requestId, ctx.now + REQUEST_LASTS_MS)]),
  ]
}

function isSpent(error: unknown): boolean {
  return error instanceof AlreadyThere && error.columns.includes('sso_spent.')
}

/** Why the batch broke, told for the log: what broke it stays so, or what comes next on the list is as true. */
async function whyRefused(
  { db }: ProvisioningContext,
  { tenant }: Marketplace,
  { id, requestId, group }: Assertion,
): Promise<SignOnRefusal> {
  const found = await db
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM sso_spent WHERE tenant = ?1 AND kind = 'assertion' AND id = ?2) AS replayed,
         EXISTS (SELECT 1 FROM sso_spent WHERE tenant = ?1 AND kind = 'request' AND id = ?3) AS answered,
         EXISTS (SELECT 1 FROM companies WHERE tenant = ?1 AND group_uid = ?4 AND status <> 'active') AS cancelled,
         EXISTS (SELECT 1 FROM marketplaces WHERE tenant = ?1 AND enabled = 1) AS enabled`,
    )
    .bind(tenant, id, requestId ?? '', group.uid)
    .first<Record<'replayed' | 'answered' | 'cancelled' | 'enabled', number>>()
  if (found?.enabled !== 1) return 'tenant_disabled'
  if (found.replayed === 1) return 'replayed'
  if (found.answered === 1) return 'unknown_request'
  return found.cancelled === 1 ? 'company_cancelled' : 'stale_assertion'
}
