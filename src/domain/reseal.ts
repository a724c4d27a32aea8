import type { Row } from '../platform/d1'
import { isSealedAnew, seal, unseal } from '../platform/sealed'
import { secretOf } from '../webhooks/endpoints'
import type { TenancyContext } from './context'
import { DomainError } from './errors'
import { apiKeyOwner } from './marketplace/marketplaces'

/**
 * Seals anew what a former `ENCRYPTION_KEY` sealed, in pages. What is sealed for a day at most (kept answers, codes,
 * sessions) is left out: it ends before the former key has to go.
 */

type Sealed = {
  readonly table: string
  readonly columns: readonly string[]
  readonly belongsTo: (row: Row) => string
}

/** Everything that stays sealed for longer than a day. */
export const lastingSecrets: readonly Sealed[] = [
  { table: 'api_keys', columns: ['secret_sealed'], belongsTo: (row) => String(row.api_key) },
  { table: 'signing_keys', columns: ['private_sealed'], belongsTo: (row) => String(row.kid) },
  {
    table: 'marketplaces',
    columns: ['api_key_sealed'],
    belongsTo: (row) => apiKeyOwner(String(row.tenant)),
  },
  {
    table: 'webhook_endpoints',
    columns: ['secret_sealed', 'former_secret_sealed', 'encryption_secret_sealed'],
    belongsTo: (row) => secretOf(String(row.id)),
  },
  { table: 'feed_addresses', columns: ['address_sealed'], belongsTo: (row) => String(row.address_hash) },
]

/** Rows that one call looks at. */
const A_PAGE = 500

/** What a page came to. `unopened`: values that none of the keys opens. `next`: where to go on; null at the end. */
export type Resealed = {
  readonly examined: number
  readonly resealed: number
  readonly unopened: number
  readonly next: string | null
}

/** One value that was sealed anew. */
type Anew = { readonly row: number; readonly was: string; readonly now: string }

/**
 * Seals the secrets of one page anew, where a former key sealed them; one that is replaced meanwhile stays as it is.
 * @throws DomainError `invalid` for an `after` that no page answered
 */
export async function resealPage(
  ctx: Pick<TenancyContext, 'db' | 'encryptionKey'>,
  after: string,
): Promise<Resealed> {
  const [table, above] = after === '' ? [lastingSecrets[0]?.table, '0'] : after.split('/')
  const at = lastingSecrets.findIndex((each) => each.table === table)
  const secrets = lastingSecrets[at]
  if (!secrets || !/^\d{1,15}$/.test(above ?? '')) {
    throw new DomainError('invalid', [{ field: 'after', message: 'Must be the next of the page before.' }])
  }
  const { results } = await ctx.db
    .prepare(`SELECT rowid AS row_number, * FROM ${secrets.table} WHERE rowid > ?1 ORDER BY rowid LIMIT ?2`)
    .bind(Number(above), A_PAGE)
    .all<Row>()
  const updates: D1PreparedStatement[] = []
  const counts = { resealed: 0, unopened: 0 }
  for (const column of secrets.columns) {
    const { anew, unopened } = await sealAnew(ctx.encryptionKey(), secrets, column, results)
    counts.resealed += anew.length
    counts.unopened += unopened
    if (anew.length > 0) updates.push(replace(ctx, secrets.table, column, anew))
  }
  if (updates.length > 0) await ctx.db.batch(updates)
  const last = results.length < A_PAGE ? undefined : results.at(-1)?.row_number
  const following = last === undefined ? lastingSecrets[at + 1] : secrets
  return {
    examined: results.length,
    ...counts,
    next: following ? `${following.table}/${last ?? 0}` : null,
  }
}

async function sealAnew(
  encryptionKey: string,
  { table, belongsTo }: Sealed,
  column: string,
  rows: readonly Row[],
): Promise<{ anew: Anew[]; unopened: number }> {
  const anew: Anew[] = []
  let unopened = 0
  for (const row of rows) {
    const was = row[column]
    const owner = belongsTo(row)
    if (typeof was !== 'string' || (await isSealedAnew(encryptionKey, was, owner))) continue
    const plain = await unseal(encryptionKey, was, owner).catch(() => null)
    if (plain === null) {
      unopened++
      console.error(JSON.stringify({ reseal: table, row: row.row_number, error: 'can not be opened' }))
    } else {
      anew.push({ row: Number(row.row_number), was, now: await seal(encryptionKey, plain, owner) })
    }
  }
  return { anew, unopened }
}

function replace(
  { db }: Pick<TenancyContext, 'db'>,
  table: string,
  column: string,
  anew: readonly Anew[],
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE ${table} SET ${column} = j.value ->> '$.now' FROM json_each(?1) j
       WHERE ${table}.rowid = j.value ->> '$.row' AND ${table}.${column} = j.value ->> '$.was'`,
    )
    .bind(JSON.stringify(anew))
}
