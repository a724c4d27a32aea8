import type { Database } from '../../platform/d1'
import { NOT_BEGUN } from './begin'
import type { ErasedId } from './register'

/** Ids that one commit takes up. */
const A_PAGE = 500

/**
 * After a restore: erasures that the database knows no more are due again, and what opens something of these persons
 * goes at once, before the cron has erased them anew. `list`: pages of the register, above an id.
 */
export async function erasuresToRepeat(
  db: Database,
  now: number,
  list: (after: string, limit: number) => Promise<ErasedId[]>,
): Promise<void> {
  let after = ''
  for (;;) {
    const page = await list(after, A_PAGE)
    const last = page.at(-1)
    if (!last) return
    after = last.subscriberId
    const erased = JSON.stringify(page)
    const unbegun = `SELECT x.subscriber_id FROM json_each(?1) j CROSS JOIN subscribers g ON g.id = j.value ->> '$.subscriberId'
      CROSS JOIN erasures x ON x.subscriber_id = coalesce(g.merged_into, g.id) WHERE x.looks = ${NOT_BEGUN}`
    const persons = `SELECT p.id FROM subscribers p WHERE p.id IN (${unbegun}) OR p.merged_into IN (${unbegun})`
    await db.batch([
      db
        .prepare(
          `INSERT INTO erasures (subscriber_id, publisher_id, requested_at, looks, next_attempt_at, write_id)
           SELECT DISTINCT coalesce(s.merged_into, s.id), s.publisher_id, ?2, ${NOT_BEGUN}, ?2, '' FROM json_each(?1) j
           CROSS JOIN subscribers s ON s.id = j.value ->> '$.subscriberId' WHERE true ON CONFLICT DO NOTHING`,
        )
        .bind(erased, now),
      ...['feed_addresses', 'user_tokens', 'signups'].map((table) =>
        db.prepare(`DELETE FROM ${table} WHERE subscriber_id IN (${persons})`).bind(erased),
      ),
    ])
  }
}
