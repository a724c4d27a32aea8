import type { Env } from '../env'
import { idsAbove, inDatabase, numberOf, seqsAbove, whereNew } from './numbers'

/**
 * The bindings of the database in which a new publisher is to live, which has begun: ids of its publishers and the
 * sequence of its changes come from a range of its own, so that neither a publisher's id nor a webhook's is used twice
 * in the deployment.
 */
export async function atNewHome(env: Env): Promise<Env> {
  const home = inDatabase(env, whereNew(env))
  const number = numberOf(home)
  if (number === 0) return home
  const isNew = 'NOT EXISTS (SELECT 1 FROM publishers)'
  await home.DB.batch([
    // AUTOINCREMENT goes on from the highest id that was ever there.
    home.DB.prepare(
      `INSERT INTO publishers (id, name, timezone, default_region, created_at)
       SELECT ?1, '', 'UTC', 'AU', 0 WHERE ${isNew}`,
    ).bind(idsAbove(number)),
    home.DB.prepare('DELETE FROM publishers WHERE id = ?1').bind(idsAbove(number)),
    home.DB.prepare(
      `INSERT INTO changes (seq, publisher_id, stream, op, entity_id, actor, at, message, payload, dispatched)
       SELECT ?1, 0, 'begun', 'begun', '', 'operator', ?2, NULL, NULL, 1
       WHERE ${isNew} AND NOT EXISTS (SELECT 1 FROM changes WHERE seq >= ?1)`,
    ).bind(seqsAbove(number), Date.now()),
  ])
  return home
}
