import { logUsersOf, newWriteId } from '../../changes'
import { guardAgainst } from '../../platform/d1'
import { newId } from '../../platform/ids'
import { seatsChanged } from './billing'
import type { ProvisioningContext } from './create-company'
import type { Role } from './roles'

/** What a marketplace tells of a person; null = it told nothing that can be used. */
export type Person = {
  /** The key at the marketplace: `uid`, in virtual mode `virtual_uid`. */
  readonly uid: string
  /** In lower case. */
  readonly email: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly role: Role | null
  /** `app_owner`: the role is at least Admin. */
  readonly isOwner: boolean
}

/** The user with an e-mail, if exactly one has it and has no uid at this marketplace yet; `?1` tenant, `?3` e-mail. */
const SAME_EMAIL = `(SELECT one.user_id FROM (
    SELECT min(known.user_id) AS user_id, count(*) AS n FROM (
      SELECT id AS user_id FROM users WHERE email = ?3 AND email <> ''
      UNION SELECT user_id FROM user_identities WHERE email = ?3 AND email <> '') known) one
  WHERE one.n = 1 AND NOT EXISTS (SELECT 1 FROM user_identities o WHERE o.user_id = one.user_id AND o.tenant = ?1))`

/** SQL: the user of an identity. */
export const userOf = (tenant: string, uid: string) =>
  `(SELECT user_id FROM user_identities WHERE tenant = ${tenant} AND uid = ${uid})`

/**
 * The statements that make a person known and a user of a company, or bring what is known of them up to date
 * (`marketplace.md` 4). `company`: SQL for its publisher's id. `linksByEmail`: an unknown uid joins the user that has
 * its e-mail. The batch breaks with `GuardBroken` where the user was blocked at or after `issuedAt`.
 */
export function userStatements(
  ctx: ProvisioningContext,
  at: { readonly tenant: string; readonly company: string },
  person: Person,
  options: { readonly linksByEmail: boolean; readonly issuedAt: number },
): D1PreparedStatement[] {
  const { db, now } = ctx
  const { tenant, company } = at
  const write = newWriteId()
  const newUser = newId()
  const emailToMatch = options.linksByEmail ? (person.email ?? '') : ''
  const isKnown = 'EXISTS (SELECT 1 FROM user_identities WHERE tenant = ?1 AND uid = ?2)'
  return [
    db
      .prepare(
        `INSERT INTO users (id, created_at) SELECT ?4, ?5 WHERE NOT ${isKnown} AND ${SAME_EMAIL} IS NULL`,
      )
      .bind(tenant, person.uid, emailToMatch, newUser, now),
    db
      .prepare(
        `INSERT INTO user_identities (tenant, uid, user_id, email, first_name, last_name, created_at, updated_at)
         SELECT ?1, ?2, coalesce(${SAME_EMAIL}, ?4), coalesce(?6, ''), coalesce(?7, ''), coalesce(?8, ''), ?5, ?5 WHERE true
         ON CONFLICT (tenant, uid) DO UPDATE SET email = coalesce(?6, email), first_name = coalesce(?7, first_name),
           last_name = coalesce(?8, last_name), updated_at = ?5`,
      )
      .bind(tenant, person.uid, emailToMatch, newUser, now, person.email, person.firstName, person.lastName),
    guardAgainst(
      db,
      `EXISTS (SELECT 1 FROM memberships WHERE publisher_id = ${company} AND user_id = ${userOf('?1', '?2')}
         AND status = 'blocked' AND blocked_at >= ?3)`,
      tenant,
      person.uid,
      options.issuedAt,
    ),
    db
      .prepare(
        `INSERT INTO memberships (publisher_id, user_id, uid, email, first_name, last_name, role, status, joined_at,
           last_sign_on_at, write_id)
         SELECT ${company}, i.user_id, i.uid, i.email, i.first_name, i.last_name, ${FIRST_ROLE(company)}, 'active', ?5, ?5, ?6
         FROM user_identities i WHERE i.tenant = ?1 AND i.uid = ?2
         ON CONFLICT (publisher_id, user_id) DO UPDATE SET uid = excluded.uid, email = excluded.email,
           first_name = excluded.first_name, last_name = excluded.last_name,
           role = CASE WHEN ?3 IS NOT NULL THEN ?3 WHEN ?4 = 0 OR role = 'Super Admin' THEN role ELSE 'Admin' END,
           write_id = iif(status = 'blocked', ?6, write_id), status = 'active', blocked_at = NULL, last_sign_on_at = ?5`,
      )
      .bind(tenant, person.uid, roleTold(person), person.isOwner ? 1 : 0, now, write),
    logUsersOf(ctx, 'user.joined', company, write),
    ...seatsChanged(ctx, company),
  ]
}

/** The role of somebody new: as told, else Admin for an owner and for the first user, Member for the others. */
const FIRST_ROLE = (company: string) => `CASE WHEN ?3 IS NOT NULL THEN ?3 WHEN ?4 = 1 THEN 'Admin'
  WHEN EXISTS (SELECT 1 FROM memberships WHERE publisher_id = ${company}) THEN 'Member' ELSE 'Admin' END`

function roleTold({ role, isOwner }: Person): Role | null {
  return role !== null && isOwner && role !== 'Super Admin' ? 'Admin' : role
}
