import { connecIdOf, type Entity, localIdIn, textOf, versionOf } from './entity'
import type { MapRow, MapUpdate } from './map'

/** An entity that came, with what says which record it is. */
export type Incoming = {
  readonly entity: Entity
  readonly connecId: string
  /** Epoch ms; null where the hub doesn't say. */
  readonly version: number | null
  readonly code: string
}

/** Why an entity can't be used. */
export type Skipped = { readonly connecId: string; readonly why: string }

/** Reads what came; of two versions of one entity the newer counts. */
export function readIncoming(entities: readonly Entity[]): { incoming: Incoming[]; skipped: Skipped[] } {
  const skipped: Skipped[] = []
  const byId = new Map<string, Incoming>()
  for (const entity of entities) {
    const connecId = connecIdOf(entity.id)
    if (connecId === null) {
      skipped.push({ connecId: '', why: 'it has no id' })
      continue
    }
    const each = { entity, connecId, version: versionOf(entity), code: textOf(entity.code, 200) }
    const other = byId.get(connecId)
    if (!other || isNewer(each.version, other.version)) byId.set(connecId, each)
  }
  return { incoming: [...byId.values()], skipped }
}

/** Whether a version is to be applied over another; one that isn't told always is. */
function isNewer(version: number | null, applied: number | null): boolean {
  return version === null || applied === null || version > applied
}

/** What an entity is to us. */
export type Known =
  | { readonly kind: 'old' }
  | { readonly kind: 'known'; readonly map: MapRow }
  | { readonly kind: 'ours'; readonly localId: string }
  | { readonly kind: 'new' }

/** `free`: records of ours that have no entity yet (`marketplace.md` 8.4). */
export function classify(each: Incoming, map: MapRow | undefined, free: ReadonlySet<string>): Known {
  if (map) return isNewer(each.version, map.updatedAt) ? { kind: 'known', map } : { kind: 'old' }
  const localId = localIdIn(each.code)
  return localId !== null && free.has(localId) ? { kind: 'ours', localId } : { kind: 'new' }
}

/** What a mapping learns of a version whose content isn't taken. */
export function learnt({ version, code }: Incoming, map: MapRow): MapUpdate {
  return { map, updatedAt: version ?? map.updatedAt, code: code || map.code }
}

/** The records that codes of what came name. */
export function namedByCodes(incoming: readonly Incoming[]): string[] {
  return incoming.flatMap(({ code }) => localIdIn(code) ?? [])
}
