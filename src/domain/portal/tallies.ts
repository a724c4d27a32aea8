import type { tallies } from '../../db/schema'
import type { PortalContext } from './context'

/** What triggers counted by the hour (`db/schema/tallies.ts`). */

type What = (typeof tallies.$inferSelect)['what']

export type Tallies = {
  /** Active subscribers now. */
  readonly subscribers: number
  /** Counts by the hour, of what was asked for. */
  readonly of: (what: What) => { readonly hour: number; readonly count: number }[]
}

const HOUR_MS = 3_600_000

/** Reads the subscribers from one instant on, and the deliveries from another. */
export async function readTallies(
  { db, publisher }: Pick<PortalContext, 'db' | 'publisher'>,
  since: { readonly subscribers: number; readonly deliveries: number },
): Promise<Tallies> {
  const from = (names: string, hour: string) =>
    `SELECT what, hour, count FROM tallies WHERE publisher_id = ?1 AND what IN (${names}) AND hour >= ${hour}`
  const { results } = await db
    .prepare(
      `${from("'subscribers'", '0')} UNION ALL ${from("'joined', 'left'", '?2')}
       UNION ALL ${from("'delivered', 'failed'", '?3')}`,
    )
    .bind(publisher.id, hourOf(since.subscribers), hourOf(since.deliveries))
    .all<{ what: What; hour: number; count: number }>()
  return {
    subscribers: results.find(({ what }) => what === 'subscribers')?.count ?? 0,
    of: (wanted) => results.filter(({ what }) => what === wanted),
  }
}

const hourOf = (instant: number) => Math.floor(instant / HOUR_MS)
