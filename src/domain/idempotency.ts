import type { Database } from '../platform/d1'
import { guardAgainst } from '../platform/d1'
import { randomHex } from '../platform/ids'
import { seal, unseal } from '../platform/sealed'
import { DomainError } from './errors'

/**
 * Idempotency keys (`publisher-api.md` 2). A request takes hold of its key, marks it in the very batch that has the
 * effect, and stores its answer. So a repeat answers the same, a duplicate at the same moment finds the key held, and
 * a request that died after its effect is never done twice.
 */

/** What a key belongs to. */
export type IdempotencyScope = {
  readonly publisherId: number
  readonly method: string
  readonly path: string
  readonly key: string
}

export type KeptAnswer = { readonly status: number; readonly body: string }

/** The key is held by this request, or it was answered before. */
export type Hold =
  | { readonly kind: 'held'; readonly holder: string; readonly inBatch: D1PreparedStatement[] }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }

const KEPT_MS = 24 * 3_600_000

/** A request that holds a key this long without an effect has died. */
const DEAD_AFTER_MS = 60_000

const SCOPE = 'publisher_id = ?1 AND method = ?2 AND path = ?3 AND key = ?4'
const scopeValues = (scope: IdempotencyScope) => [scope.publisherId, scope.method, scope.path, scope.key]
/** What a kept answer is sealed for. */
export const answerBelongsTo = (scope: IdempotencyScope) => `idempotency ${scopeValues(scope).join(' ')}`

/** Takes hold of a key. @throws DomainError `idempotency_conflict` for another request's key, or one in progress */
export async function holdKey(
  db: Database,
  scope: IdempotencyScope,
  requestHash: string,
  now: number,
  encryptionKey: () => string,
): Promise<Hold> {
  const holder = randomHex(8)
  const taken = await db
    .prepare(
      `INSERT INTO idempotency_keys (publisher_id, method, path, key, request_hash, holder, held_at, expires_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7 + ${KEPT_MS})
       ON CONFLICT (publisher_id, method, path, key) DO UPDATE SET request_hash = ?5, holder = ?6, held_at = ?7,
         committed = 0, status = NULL, answer_sealed = NULL, expires_at = ?7 + ${KEPT_MS}
       WHERE idempotency_keys.expires_at <= ?7
         OR (idempotency_keys.committed = 0 AND idempotency_keys.status IS NULL AND idempotency_keys.held_at <= ?7 - ${DEAD_AFTER_MS})
       RETURNING holder`,
    )
    .bind(...scopeValues(scope), requestHash, holder, now)
    .first()
  if (taken) return { kind: 'held', holder, inBatch: markCommitted(db, scope, holder) }

  const row = await db
    .prepare(`SELECT request_hash, status, answer_sealed FROM idempotency_keys WHERE ${SCOPE}`)
    .bind(...scopeValues(scope))
    .first<{ request_hash: string; status: number | null; answer_sealed: string | null }>()
  if (row?.request_hash !== requestHash || row.status === null || row.answer_sealed === null) {
    throw new DomainError('idempotency_conflict')
  }
  const body = await unseal(encryptionKey(), row.answer_sealed, answerBelongsTo(scope))
  return { kind: 'answered', answer: { status: row.status, body } }
}

/** Statements for the effect's own batch: it rolls back where the key is no longer held. */
function markCommitted(db: Database, scope: IdempotencyScope, holder: string): D1PreparedStatement[] {
  return [
    guardAgainst(
      db,
      `NOT EXISTS (SELECT 1 FROM idempotency_keys WHERE ${SCOPE} AND holder = ?5)`,
      ...scopeValues(scope),
      holder,
    ),
    db
      .prepare(`UPDATE idempotency_keys SET committed = 1 WHERE ${SCOPE} AND holder = ?5`)
      .bind(...scopeValues(scope), holder),
  ]
}

/** Keeps the answer of the request that holds the key, for 24 hours. */
export async function keepAnswer(
  db: Database,
  scope: IdempotencyScope,
  holder: string,
  answer: KeptAnswer,
  encryptionKey: () => string,
): Promise<void> {
  await db
    .prepare(`UPDATE idempotency_keys SET status = ?5, answer_sealed = ?6 WHERE ${SCOPE} AND holder = ?7`)
    .bind(
      ...scopeValues(scope),
      answer.status,
      await seal(encryptionKey(), answer.body, answerBelongsTo(scope)),
      holder,
    )
    .run()
}

/**
 * Lets go of a key whose answer isn't kept. A refusal had no effect, whatever batch it ran; after a fault of ours a
 * key that was marked stays held, since its effect may stand.
 */
export async function releaseKey(
  db: Database,
  scope: IdempotencyScope,
  holder: string,
  refused: boolean,
): Promise<void> {
  await db
    .prepare(`DELETE FROM idempotency_keys WHERE ${SCOPE} AND holder = ?5 AND (committed = 0 OR ?6)`)
    .bind(...scopeValues(scope), holder, refused ? 1 : 0)
    .run()
}
