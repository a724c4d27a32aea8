import type { InferSelectModel } from 'drizzle-orm'
import { newWriteId } from '../../../changes'
import { directory } from '../../../db/schema'
import { guardAgainst, type Row } from '../../../platform/d1'
import { newId } from '../../../platform/ids'
import { fromColumns, toColumns } from '../../columns'
import { type Context, commit } from '../../context'
import { classify, type Incoming, learnt, namedByCodes, type Skipped } from './incoming'
import { type PersonValues, personOf } from './inward'
import { queueInvoices, selectHolders, toHolders } from './joining'
import { insertMaps, type MapRow, type MapUpdate, type NewMap, selectMaps, toMap, updateMaps } from './map'

export type DirectoryRow = InferSelectModel<typeof directory>

type Before = {
  readonly mapOf: ReadonlyMap<string, MapRow>
  readonly entryOf: ReadonlyMap<string, DirectoryRow>
  /** Subscribers and entries of ours that have no entity yet; each with its entry's row, where it has one. */
  readonly free: Set<string>
  /** The only active subscriber with an e-mail. */
  readonly holderOf: ReadonlyMap<string, string>
}

/**
 * Applies people to the company's directory (`marketplace.md` 8.1, 8.4), with `also` in the same commit; invoices of
 * theirs are brought in line after it. @throws GuardBroken, AlreadyThere where what was read has changed: read anew
 */
export async function applyPeople(
  ctx: Context,
  incoming: readonly Incoming[],
  also: (skipped: readonly Skipped[], write: string) => D1PreparedStatement[],
): Promise<void> {
  const values = new Map(incoming.map((each) => [each.connecId, personOf(each.entity)]))
  const before = await readBefore(ctx, incoming, [...values.values()])
  const write = newWriteId()
  const entries: DirectoryRow[] = []
  const changed: DirectoryRow[] = []
  const maps: NewMap[] = []
  const updates: MapUpdate[] = []
  for (const each of incoming) {
    const known = classify(each, before.mapOf.get(each.connecId), before.free)
    const person = values.get(each.connecId)
    if (known.kind === 'old' || !person) continue
    if (known.kind === 'known') {
      updates.push(learnt(each, known.map))
      const entry = before.entryOf.get(known.map.localId)
      if (entry) {
        changed.push(entry)
        entries.push(changedEntry(ctx, entry, person, before, write))
      }
      continue
    }
    const isOurs = known.kind === 'ours'
    if (isOurs) before.free.delete(known.localId)
    const entry = newEntry(ctx, isOurs ? known.localId : newId(), person, before, write)
    // Our own creation, seen before its answer: the entry bears the subscriber's id.
    entries.push(isOurs ? { ...entry, subscriberId: known.localId } : entry)
    maps.push(newMap(each, entry.id, isOurs ? 'daybook' : 'connec'))
  }
  await commit(ctx, [
    guardEntries(ctx, changed),
    ...upsertEntries(ctx, entries),
    ...insertMaps(ctx, maps, write),
    ...updateMaps(ctx, updates, write),
    queueInvoices(
      ctx.db,
      ctx.now,
      'i.publisher_id = ?2 AND i.person_connec_id IN (SELECT value FROM json_each(?3))',
      ctx.publisher.id,
      JSON.stringify([...maps.map((map) => map.connecId), ...updates.map(({ map }) => map.connecId)]),
    ),
    ...also([], write),
  ])
}

function newEntry(
  ctx: Context,
  id: string,
  person: PersonValues,
  before: Before,
  write: string,
): DirectoryRow {
  const subscriberId = person.email === '' ? null : (before.holderOf.get(person.email) ?? null)
  const made = { id, publisherId: ctx.publisher.id, subscriberId, createdAt: ctx.now }
  return { ...made, ...person, updatedAt: ctx.now, writeId: write }
}

/** A person whose e-mail has changed is whoever has the new one; one that came from a subscriber stays that one. */
function changedEntry(
  ctx: Context,
  entry: DirectoryRow,
  person: PersonValues,
  before: Before,
  write: string,
): DirectoryRow {
  const isOfSubscriber = entry.subscriberId === entry.id
  const keeps = isOfSubscriber || (person.email === entry.email && entry.subscriberId !== null)
  const subscriberId = keeps ? entry.subscriberId : (before.holderOf.get(person.email) ?? null)
  return { ...entry, ...person, subscriberId, updatedAt: ctx.now, writeId: write }
}

function newMap({ connecId, code, version }: Incoming, localId: string, origin: MapRow['origin']): NewMap {
  return { entity: 'people', connecId, code, localType: 'person', localId, updatedAt: version, origin }
}

/** Rolls back where an entry is no longer as it was read. */
function guardEntries(ctx: Context, entries: readonly DirectoryRow[]): D1PreparedStatement {
  return guardAgainst(
    ctx.db,
    `EXISTS (SELECT 1 FROM json_each(?1) j LEFT JOIN directory d ON d.id = j.value ->> '$.id'
       WHERE d.write_id IS NOT j.value ->> '$.w')`,
    JSON.stringify(entries.map(({ id, writeId: w }) => ({ id, w }))),
  )
}

/** Writes entries as they are to stand. `only`: columns that are written of one that is there; left out = all. */
export function upsertEntries(
  ctx: Pick<Context, 'db'>,
  entries: readonly DirectoryRow[],
  only?: readonly string[],
): D1PreparedStatement[] {
  const rows = entries.map((entry) => toColumns(directory, entry))
  const names = Object.keys(rows[0] ?? {})
  if (names.length === 0) return []
  const written = only ?? names.filter((name) => !['id', 'publisher_id', 'created_at'].includes(name))
  return [
    ctx.db
      .prepare(
        `INSERT INTO directory (${names.join(', ')}) SELECT ${names.map((name) => `j.value ->> '$.${name}'`).join(', ')}
         FROM json_each(?1) j WHERE true ON CONFLICT (id) DO UPDATE SET ${written
           .map((name) => `${name} = excluded.${name}`)
           .join(', ')}`,
      )
      .bind(JSON.stringify(rows)),
  ]
}

export function toEntry(row: Row): DirectoryRow {
  return fromColumns<DirectoryRow>(directory, row)
}

async function readBefore(
  ctx: Context,
  incoming: readonly Incoming[],
  people: readonly PersonValues[],
): Promise<Before> {
  const publisherId = ctx.publisher.id
  const connecIds = incoming.map(({ connecId }) => connecId)
  const [maps, entries, free, holders] = await ctx.db.batch<Row>([
    selectMaps(ctx.db, publisherId, 'people', connecIds),
    ctx.db
      .prepare(
        `SELECT d.* FROM json_each(?2) j CROSS JOIN connec_map x
           ON x.publisher_id = ?1 AND x.entity = 'people' AND x.connec_id = j.value
         CROSS JOIN directory d ON d.id = x.local_id AND d.publisher_id = ?1`,
      )
      .bind(publisherId, JSON.stringify(connecIds)),
    ctx.db
      .prepare(
        `SELECT j.value AS id FROM json_each(?2) j
         WHERE EXISTS (SELECT 1 FROM subscribers s WHERE s.id = j.value AND s.publisher_id = ?1)
           AND NOT EXISTS (SELECT 1 FROM connec_map x
             WHERE x.publisher_id = ?1 AND x.entity = 'people' AND x.local_id = j.value)`,
      )
      .bind(publisherId, JSON.stringify(namedByCodes(incoming))),
    selectHolders(
      ctx.db,
      publisherId,
      people.map(({ email }) => email),
    ),
  ])
  return {
    mapOf: new Map((maps?.results ?? []).map(toMap).map((map) => [map.connecId, map])),
    entryOf: new Map((entries?.results ?? []).map(toEntry).map((entry) => [entry.id, entry])),
    free: new Set((free?.results ?? []).map((row) => String(row.id))),
    holderOf: toHolders(holders?.results ?? []),
  }
}
