import type { InferSelectModel } from 'drizzle-orm'
import { connecMap } from '../../../db/schema'
import { type Database, guardAgainst, type Row } from '../../../platform/d1'
import { fromColumns, toColumns } from '../../columns'
import type { Context } from '../../context'
import type { Collection } from './entity'

export type MapRow = InferSelectModel<typeof connecMap>

/** SELECT of the mappings of entities of one collection; for `toMaps`. */
export function selectMaps(
  db: Database,
  publisherId: number,
  collection: Collection,
  connecIds: readonly string[],
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT x.* FROM json_each(?3) j CROSS JOIN connec_map x
         ON x.publisher_id = ?1 AND x.entity = ?2 AND x.connec_id = j.value`,
    )
    .bind(publisherId, collection, JSON.stringify(connecIds))
}

export function toMap(row: Row): MapRow {
  return fromColumns<MapRow>(connecMap, row)
}

/** The mapping of a record of ours; null where it has none. */
export async function findMap(
  db: Database,
  publisherId: number,
  collection: Collection,
  localId: string,
): Promise<MapRow | null> {
  const row = await db
    .prepare('SELECT * FROM connec_map WHERE publisher_id = ?1 AND entity = ?2 AND local_id = ?3')
    .bind(publisherId, collection, localId)
    .first<Row>()
  return row && toMap(row)
}

/** Rolls back where a mapping is no longer as it was read. */
function guardMaps(db: Database, maps: readonly MapRow[]): D1PreparedStatement {
  return guardAgainst(
    db,
    `EXISTS (SELECT 1 FROM json_each(?1) j LEFT JOIN connec_map x ON x.publisher_id = j.value ->> '$.p'
         AND x.entity = j.value ->> '$.e' AND x.connec_id = j.value ->> '$.c'
       WHERE x.write_id IS NOT j.value ->> '$.w')`,
    JSON.stringify(maps.map(({ publisherId: p, entity: e, connecId: c, writeId: w }) => ({ p, e, c, w }))),
  )
}

export type NewMap = Pick<
  MapRow,
  'entity' | 'connecId' | 'code' | 'localType' | 'localId' | 'updatedAt' | 'origin'
> &
  Partial<Pick<MapRow, 'sentHash' | 'shown'>>

/**
 * Inserts mappings; those of events only where the event is there. @throws GuardBroken, AlreadyThere at the commit,
 * where the entity or the record has one already
 */
export function insertMaps(
  ctx: Pick<Context, 'db' | 'now' | 'publisher'>,
  maps: readonly NewMap[],
  write: string,
): D1PreparedStatement[] {
  const rows = maps.map((map) =>
    toColumns(connecMap, {
      sentHash: '',
      shown: true,
      ...map,
      publisherId: ctx.publisher.id,
      state: 'active',
      createdAt: ctx.now,
      writeId: write,
    }),
  )
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return []
  return [
    guardAgainst(
      ctx.db,
      `EXISTS (SELECT 1 FROM json_each(?1) j CROSS JOIN connec_map x ON x.publisher_id = ?2
         AND x.entity = j.value ->> '$.entity' AND x.connec_id = j.value ->> '$.connec_id')`,
      JSON.stringify(rows),
      ctx.publisher.id,
    ),
    ctx.db
      .prepare(
        `INSERT INTO connec_map (${names.join(', ')}) SELECT ${names.map((name) => `j.value ->> '$.${name}'`).join(', ')}
         FROM json_each(?1) j WHERE j.value ->> '$.local_type' <> 'event'
           OR EXISTS (SELECT 1 FROM events e WHERE e.id = j.value ->> '$.local_id' AND e.publisher_id = ?2)`,
      )
      .bind(JSON.stringify(rows), ctx.publisher.id),
  ]
}

/** What a mapping learns by a version of its entity. */
export type MapUpdate = { readonly map: MapRow } & Partial<
  Pick<MapRow, 'updatedAt' | 'code' | 'sentHash' | 'shown'>
>

/** Updates mappings that were read; those that have changed since roll the batch back. */
export function updateMaps(
  ctx: Pick<Context, 'db'>,
  updates: readonly MapUpdate[],
  write: string,
): D1PreparedStatement[] {
  if (updates.length === 0) return []
  const rows = updates.map(({ map, ...learnt }) =>
    toColumns(connecMap, { ...map, ...learnt, state: 'active' }),
  )
  return [
    guardMaps(
      ctx.db,
      updates.map(({ map }) => map),
    ),
    ctx.db
      .prepare(
        `UPDATE connec_map SET updated_at = j.value ->> '$.updated_at', code = j.value ->> '$.code', write_id = ?1,
           sent_hash = j.value ->> '$.sent_hash', shown = j.value ->> '$.shown', state = 'active'
         FROM json_each(?2) j WHERE connec_map.publisher_id = j.value ->> '$.publisher_id'
           AND connec_map.entity = j.value ->> '$.entity' AND connec_map.connec_id = j.value ->> '$.connec_id'`,
      )
      .bind(write, JSON.stringify(rows)),
  ]
}
