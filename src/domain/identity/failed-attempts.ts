import { type Database, runBatch } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'

/** How many failed attempts a client id has in a minute (`payments.md` 2). */
const ATTEMPTS = 20
const WINDOW_MS = 60_000

/**
 * Counts a failed attempt at the token endpoint. The counts stand in D1, exact over all isolates and places. Client
 * ids that do not exist count too, else a refusal would tell which do; what is past its minute is forgotten here.
 * @returns null, or after how many seconds to try again where too many failed
 */
export async function recordFailedAttempt(
  db: Database,
  clientId: string,
  now: number,
): Promise<number | null> {
  const clientHash = await sha256Hex(clientId)
  const since = now - WINDOW_MS
  const [, recorded, oldest] = await runBatch(db, [
    db.prepare('DELETE FROM token_failures WHERE at <= ?').bind(since),
    db
      .prepare(
        `INSERT INTO token_failures (client_hash, at) SELECT ?1, ?2
         WHERE (SELECT count(*) FROM token_failures WHERE client_hash = ?1) < ${ATTEMPTS} RETURNING at`,
      )
      .bind(clientHash, now),
    db.prepare('SELECT min(at) AS at FROM token_failures WHERE client_hash = ?').bind(clientHash),
  ])
  if (recorded?.results.length === 1) return null
  const first = Number(oldest?.results[0]?.at ?? now)
  return Math.max(1, Math.ceil((first - since) / 1000))
}
