import type { Context } from '../context'
import { USABLE } from '../subscribers/subscribers'

/** SQL: the person of an id (a parameter), and those who were merged into them. */
export const personsSql = (id: string) =>
  `SELECT ap.id FROM subscribers ap WHERE ap.id = ${id} OR ap.merged_into = ${id}`

/** SQL: a condition that two indexes are for, of what is still there and of what isn't. */
export const either = (half: (isNull: 'IS NULL' | 'IS NOT NULL') => string) =>
  `((${half('IS NULL')}) OR (${half('IS NOT NULL')}))`

/** SQL: the events `e` that persons (SQL) own, or made. */
export const ofPersonsSql = (e: string, column: 'owner_id' | 'creator_id', persons: string) =>
  either((isNull) => `${e}.${column} IN (${persons}) AND ${e}.${column} <> '' AND ${e}.deleted_at ${isNull}`)

/** SQL: the relations `r` of persons (SQL), removed ones too. */
export const relationsSql = (r: string, persons: string) =>
  either((isNull) => `${r}.subscriber_id IN (${persons}) AND ${r}.removed_at ${isNull}`)

/** SQL: what the person (`?1`) was reached by, as the erasure keeps it until it is through: rows of `value`. */
export const CONTACTS_OF_ERASED =
  'SELECT j.value FROM erasures x CROSS JOIN json_each(x.emails) j WHERE x.subscriber_id = ?1'

/** SQL: whether nobody who is there has an e-mail or phone number (SQL) among their contacts. */
export const isNobodysSql = (contact: string) => `NOT EXISTS (SELECT 1 FROM contacts oc
  JOIN subscribers os ON os.id = oc.subscriber_id AND os.state IN ${USABLE}
  WHERE oc.publisher_id = ?2 AND oc.kind IN ('email', 'phone') AND oc.value = ${contact})`

/** Makes a statement over the person (`?1`) and the publisher (`?2`); more values follow. */
export type About = (sql: string, ...more: unknown[]) => D1PreparedStatement

export function about(ctx: Pick<Context, 'db' | 'publisher'>, id: string): About {
  return (sql, ...more) => ctx.db.prepare(sql).bind(id, ctx.publisher.id, ...more)
}

/** The ids under which a person is known: their own first, those merged into them, and their private calendars'. */
export type KnownIds = { readonly persons: readonly string[]; readonly calendars: readonly string[] }

export async function readKnownIds(ctx: Context, id: string): Promise<KnownIds> {
  const run = about(ctx, id)
  const [persons, calendars] = await ctx.db.batch<{ id: string }>([
    run(
      `SELECT id FROM subscribers WHERE (id = ?1 OR merged_into = ?1) AND publisher_id = ?2 ORDER BY id <> ?1, id`,
    ),
    run(`SELECT c.id FROM calendars c WHERE c.owner_id IN (${personsSql('?1')}) AND c.publisher_id = ?2`),
  ])
  return {
    persons: (persons?.results ?? []).map((row) => row.id),
    calendars: (calendars?.results ?? []).map((row) => row.id),
  }
}
