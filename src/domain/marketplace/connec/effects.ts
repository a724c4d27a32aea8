import { newWriteId } from '../../../changes'
import type { Database } from '../../../platform/d1'
import type { CompanyEffect } from '../billing'
import { type Collection, collections } from './entity'
import { IN_TURN } from './import'

/**
 * What data sharing does where a company changes: statements that ride in the very batch of the change. In each of them
 * `company` is SQL for the publisher's id of the company, to be used as it stands.
 */

/**
 * The company was just made, or is with the marketplace again: its import is to start, from the beginning
 * (`marketplace.md` 8.2). A collection that isn't subscribed has nothing to import.
 */
export const importDue: CompanyEffect = ({ db, now }, company) => [
  db
    .prepare(
      `INSERT INTO connec_imports (publisher_id, entity, state, next_attempt_at, finished_at, write_id)
       SELECT c.publisher_id, j.value, iif(m.settings ->> ('$.webhooks.subscriptions.' || j.value), 'pending', 'done'),
         iif(m.settings ->> ('$.webhooks.subscriptions.' || j.value), ?2, NULL),
         iif(m.settings ->> ('$.webhooks.subscriptions.' || j.value), NULL, ?2), ?3
       FROM companies c JOIN marketplaces m ON m.tenant = c.tenant, json_each(?1) j
       WHERE c.publisher_id = ${company} AND c.status = 'active' AND m.settings ->> '$.connec' IS NOT NULL
       ON CONFLICT DO UPDATE SET state = excluded.state, skip = 0, pages = 0, imported = 0, skipped = 0, total = NULL,
         tries = 0, next_attempt_at = excluded.next_attempt_at, lease = NULL, lease_until = NULL, started_at = NULL,
         finished_at = excluded.finished_at, write_id = excluded.write_id`,
    )
    .bind(JSON.stringify(collections), now, newWriteId()),
]

/** The subscription ended: nothing more is sent to or taken from Connec! for the group (section 7). */
export const sharingEnded: CompanyEffect = ({ db }, company) => [
  db.prepare(`DELETE FROM connec_pushes WHERE publisher_id = ${company} AND uncertain = 0`),
  // What may have been created is looked up before it is ever created again.
  db.prepare(
    `UPDATE connec_pushes SET state = 'failed', dirty = 0, next_attempt_at = NULL, lease = NULL, lease_until = NULL
     WHERE publisher_id = ${company}`,
  ),
  db.prepare(
    `UPDATE connec_imports SET next_attempt_at = NULL, lease = NULL, lease_until = NULL WHERE publisher_id = ${company}`,
  ),
]

/** The company is with the marketplace again: its import starts anew, and what may have been created is looked for. */
export const sharingResumed: CompanyEffect = (ctx, company) => [
  ...importDue(ctx, company),
  ctx.db
    .prepare(
      `UPDATE connec_pushes SET state = 'pending', tries = 0, next_attempt_at = ?1
       WHERE publisher_id = ${company} AND state = 'failed' AND uncertain = 1`,
    )
    .bind(ctx.now),
]

type ImportState = 'pending' | 'running' | 'done' | 'failed'

/** The data sharing of a company as the operator sees it, its calendar aside (section 4). */
export type SharingView = {
  readonly import: {
    readonly state: ImportState
    readonly startedAt: string | null
    readonly finishedAt: string | null
    readonly entities: Readonly<
      Record<
        string,
        {
          readonly state: ImportState
          readonly imported: number
          readonly skipped: number
          readonly total: number | null
        }
      >
    >
  }
  readonly push: { readonly pending: number; readonly failed: number }
}

/** What is told of a company of which nothing is known yet. */
export const nothingShared: SharingView = {
  import: { state: 'pending', startedAt: null, finishedAt: null, entities: {} },
  push: { pending: 0, failed: 0 },
}

type ImportRow = {
  publisher_id: number
  entity: Collection
  state: ImportState
  imported: number
  skipped: number
  total: number | null
  started_at: number | null
  finished_at: number | null
}

type PushCount = { publisher_id: number; pending: number; failed: number }

/** The data sharing of companies, by their publisher's id. */
export async function sharingOf(
  db: Database,
  publisherIds: readonly number[],
): Promise<ReadonlyMap<number, SharingView>> {
  const list = JSON.stringify(publisherIds)
  const [imports, pushes] = await Promise.all([
    db
      .prepare(
        `SELECT i.* FROM json_each(?1) j CROSS JOIN connec_imports i ON i.publisher_id = j.value
         ORDER BY i.publisher_id, ${IN_TURN}`,
      )
      .bind(list)
      .all<ImportRow>(),
    db
      .prepare(
        `SELECT p.publisher_id, sum(p.state = 'pending') AS pending, sum(p.state = 'failed') AS failed
         FROM json_each(?1) j CROSS JOIN connec_pushes p ON p.publisher_id = j.value AND p.entity <> 'invoices'
         GROUP BY p.publisher_id`,
      )
      .bind(list)
      .all<PushCount>(),
  ])
  const rowsOf = Map.groupBy(imports.results, (row) => row.publisher_id)
  const countOf = new Map(pushes.results.map((row) => [row.publisher_id, row]))
  return new Map(
    publisherIds.map((id) => {
      const { pending = 0, failed = 0 } = countOf.get(id) ?? {}
      return [id, { import: importView(rowsOf.get(id) ?? []), push: { pending, failed } }]
    }),
  )
}

function importView(rows: readonly ImportRow[]): SharingView['import'] {
  if (rows.length === 0) return nothingShared.import
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())
  const started = rows.flatMap((row) => row.started_at ?? [])
  const ended = rows.every((row) => row.state === 'done' || row.state === 'failed')
  const state = ended
    ? rows.some((row) => row.state === 'failed')
      ? 'failed'
      : 'done'
    : rows.some((row) => row.state !== 'pending')
      ? 'running'
      : 'pending'
  return {
    state,
    startedAt: iso(started.length === 0 ? null : Math.min(...started)),
    finishedAt: iso(ended ? Math.max(...rows.map((row) => row.finished_at ?? 0)) : null),
    entities: Object.fromEntries(
      rows.map(({ entity, state: each, imported, skipped, total }) => [
        entity,
        { state: each, imported, skipped, total },
      ]),
    ),
  }
}
