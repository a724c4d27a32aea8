import type { Database, Row } from '../../../platform/d1'
import type { Collection } from './entity'
import { type MapRow, toMap } from './map'

export type ListedMap = MapRow & { readonly position: number }

/** Mappings of a company, oldest first, after a position; of one collection where one is named. */
export async function listMaps(
  db: Database,
  publisherId: number,
  { entity, after, limit }: { entity: Collection | null; after: number; limit: number },
): Promise<ListedMap[]> {
  const { results } = await db
    .prepare(
      `SELECT x.rowid AS position, x.* FROM connec_map x
       WHERE x.publisher_id = ?1 AND (?2 IS NULL OR x.entity = ?2) AND x.rowid > ?3 ORDER BY x.rowid LIMIT ?4`,
    )
    .bind(publisherId, entity, after, limit)
    .all<Row>()
  return results.map((row) => ({ ...toMap(row), position: Number(row.position) }))
}
