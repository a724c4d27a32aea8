import type { Database, Row } from '../../platform/d1'
import { type BillRow, billsOf } from './billing'
import { type Company, type CompanyRow, companyColumns, companyTables, toCompany } from './companies'
import { nothingShared, type SharingView, sharingOf } from './connec'
import type { Role } from './roles'

/** A user of a company, as the operator and its Admins see them (`marketplace.md` 4). */
export type Member = {
  readonly userId: string
  /** The key at the marketplace; '' for who came by an operator's link alone. */
  readonly uid: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly role: Role
  readonly status: 'active' | 'blocked'
  readonly joinedAt: number
  readonly lastSignOnAt: number | null
}

/** A company with everything that the operator is told of it. */
export type CompanyView = Company & {
  readonly widgetId: string
  readonly members: readonly Member[]
  /** Users who count, at least 1. */
  readonly seats: number
  readonly bills: readonly BillRow[]
  readonly sharing: SharingView
}

/** Where a list goes on: after the company that was made then. */
export type CompanyPosition = readonly [createdAt: number, publisherId: number]

/** Companies of a marketplace, oldest first. `groupUid`: that one alone. */
export async function viewCompanies(
  db: Database,
  tenant: string,
  page: { groupUid?: string; after?: CompanyPosition; limit: number },
): Promise<CompanyView[]> {
  const [createdAt, publisherId] = page.after ?? [-1, 0]
  const { results } = await db
    .prepare(
      `SELECT ${companyColumns}, coalesce((SELECT w.id FROM widgets w WHERE w.publisher_id = p.id
           ORDER BY w.created_at, w.rowid LIMIT 1), '') AS widget_id
       FROM ${companyTables} WHERE c.tenant = ?1 AND (?2 IS NULL OR c.group_uid = ?2)
         AND (c.created_at, c.publisher_id) > (?3, ?4) ORDER BY c.created_at, c.publisher_id LIMIT ?5`,
    )
    .bind(tenant, page.groupUid ?? null, createdAt, publisherId, page.limit)
    .all<CompanyRow & { widget_id: string }>()
  const ids = results.map((row) => row.publisher_id)
  const [members, bills, sharing] = await Promise.all([
    membersOf(db, ids),
    billsOf(db, ids),
    sharingOf(db, ids),
  ])
  return results.map((row) => {
    const theirs = members.get(row.publisher_id) ?? []
    return {
      ...toCompany(row),
      widgetId: row.widget_id,
      members: theirs,
      seats: Math.max(1, theirs.filter((member) => member.status === 'active').length),
      bills: bills.get(row.publisher_id) ?? [],
      sharing: sharing.get(row.publisher_id) ?? nothingShared,
    }
  })
}

/** Users of publishers, in the order in which they joined. */
async function membersOf(
  db: Database,
  publisherIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Member[]>> {
  const { results } = await db
    .prepare(
      `SELECT m.* FROM json_each(?1) j CROSS JOIN memberships m ON m.publisher_id = j.value
       ORDER BY m.publisher_id, m.joined_at, m.rowid`,
    )
    .bind(JSON.stringify(publisherIds))
    .all<Row>()
  const rows = Map.groupBy(results, (row) => Number(row.publisher_id))
  return new Map([...rows].map(([id, theirs]) => [id, theirs.map(toMember)]))
}

function toMember(row: Row): Member {
  return {
    userId: String(row.user_id),
    uid: String(row.uid),
    email: String(row.email),
    firstName: String(row.first_name),
    lastName: String(row.last_name),
    role: row.role as Role,
    status: row.status as Member['status'],
    joinedAt: Number(row.joined_at),
    lastSignOnAt: row.last_sign_on_at === null ? null : Number(row.last_sign_on_at),
  }
}
