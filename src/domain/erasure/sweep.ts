import { reasonOf } from '../../platform/failures'
import type { Context } from '../context'
import { unattendedContextOf } from '../unattended'
import { beginErasure } from './begin'
import { look, type Reach } from './look'

/** Erasures that one round of the cron takes up. */
const AT_ONCE = 50

type DueRow = { id: string; publisherId: number }

/** One that failed is tried again so much later, so that it keeps no others from their turn. */
const AGAIN_MS = 5 * 60_000

/** What the cron needs to erase. */
export type Erasing = Pick<Context, 'db' | 'now' | 'announce' | 'encryptionKey'>

/** Goes on with erasures that are due: interrupted ones, and later looks. One that fails keeps no other waiting. */
export async function sweepErasures(erasing: Erasing, reach: Reach): Promise<void> {
  const { results } = await erasing.db
    .prepare(
      `SELECT subscriber_id AS id, publisher_id AS publisherId FROM erasures
       WHERE next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ${AT_ONCE}`,
    )
    .bind(erasing.now)
    .all<DueRow>()
  for (const { id, publisherId } of results) {
    try {
      await eraseOne(erasing, reach, id, publisherId)
    } catch (error) {
      console.error(JSON.stringify({ erasure: id, error: reasonOf(error) }))
      await putOff(erasing, id)
    }
  }
}

async function eraseOne(erasing: Erasing, reach: Reach, id: string, publisherId: number): Promise<void> {
  const unattended = await unattendedContextOf(erasing, publisherId, 'operator')
  if (!unattended) return
  const ctx = { ...unattended, encryptionKey: erasing.encryptionKey }
  const standing = await beginErasure(ctx, id)
  await look(ctx, reach, standing.id, standing.looks ?? 0)
}

async function putOff({ db, now }: Erasing, id: string): Promise<void> {
  await db
    .prepare('UPDATE erasures SET next_attempt_at = ?1 WHERE subscriber_id = ?2 AND next_attempt_at <= ?3')
    .bind(now + AGAIN_MS, id, now)
    .run()
}
