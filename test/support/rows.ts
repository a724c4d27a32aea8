import { env } from 'cloudflare:workers'
import { type LogRow, logHead, logSince } from './log'

/** What stands in the database, for tests of what a call did and did not do. */

/** Runs something and gives the rows that it logged. */
export async function logged(act: () => Promise<unknown>): Promise<LogRow[]> {
  const before = await logHead()
  await act()
  return logSince(before)
}

const tables = [
  'calendars',
  'events',
  'calendar_events',
  'changes',
  'widgets',
  'publishers',
  'api_keys',
] as const

/** How many rows each table of the API's things has. */
export async function rowCounts(): Promise<Record<(typeof tables)[number], number>> {
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  const row = await env.DB.prepare(`SELECT ${counts.join(', ')}`).first<
    Record<(typeof tables)[number], number>
  >()
  if (row === null) throw new Error('no counts')
  return row
}

/** One number of the database. */
export async function count(sql: string, ...values: unknown[]): Promise<number> {
  return (
    (await env.DB.prepare(`SELECT count(*) AS n FROM ${sql}`)
      .bind(...values)
      .first<number>('n')) ?? 0
  )
}

/** All rows of some tables as text, to compare before and after; or a publisher's rows alone, of which there are fewer. */
export async function dump(tables: readonly string[], publisherId?: number): Promise<string> {
  const statements = tables.map((table) =>
    publisherId === undefined
      ? env.DB.prepare(`SELECT * FROM ${table}`)
      : env.DB.prepare(`SELECT * FROM ${table} WHERE publisher_id = ?`).bind(publisherId),
  )
  return (await env.DB.batch(statements)).map(({ results }) => JSON.stringify(results)).join('\n')
}
