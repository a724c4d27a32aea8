import { callHub } from '../../hub/call'
import { unseal } from '../../platform/sealed'
import type { Marketplace } from './marketplaces'
import type { SessionReading } from './read-session'
import { endSession, RECHECK_MS, sealedFor } from './sessions'

/** How a session stands with its marketplace. */
export type Checked = {
  readonly hash: string
  /** The user's `uid`. */
  readonly uid: string
  /** Sealed; '' = nothing is asked. */
  readonly mnoSession: string
  readonly recheckAt: number | null
  /** The last good check, or the sign-on. */
  readonly checkedAt: number
}

const TIMEOUT_MS = 5_000

/** Without a readable answer a session goes on for so long after the last good check. */
const UNHEARD_MS = 15 * 60_000

/**
 * Asks the marketplace whether its session goes on, where that is due (`marketplace.md` 9): of parallel requests one
 * asks, the others go on. A session that has ended there is ended here.
 * @returns whether the session goes on
 */
export async function isStillGood(
  ctx: SessionReading,
  marketplace: Marketplace,
  checked: Checked,
): Promise<boolean> {
  const { hash, recheckAt, checkedAt } = checked
  const isDue = checked.mnoSession !== '' && recheckAt !== null && recheckAt <= ctx.now
  if (!marketplace.sso.sloEnabled || !isDue) return true
  const claimed = await ctx.db
    .prepare(
      'UPDATE portal_sessions SET recheck_at = ?1 WHERE id_hash = ?2 AND recheck_at <= ?3 RETURNING id_hash',
    )
    .bind(ctx.now + RECHECK_MS, hash, ctx.now)
    .first()
  if (!claimed) return true
  const verdict = await ask(ctx, marketplace, checked)
  if (verdict === 'good') {
    await ctx.db
      .prepare('UPDATE portal_sessions SET checked_at = ?1 WHERE id_hash = ?2')
      .bind(ctx.now, hash)
      .run()
    return true
  }
  if (verdict === 'unknown' && ctx.now < checkedAt + UNHEARD_MS) return true
  await endSession(ctx.db, hash).run()
  return false
}

async function ask(
  ctx: SessionReading,
  { host, apiBase }: Marketplace,
  { hash, uid, mnoSession }: Checked,
): Promise<'good' | 'ended' | 'unknown'> {
  const session = await unseal(ctx.encryptionKey(), mnoSession, sealedFor(hash))
  const answer = await callHub({
    method: 'GET',
    url: `${host}${apiBase}auth/saml/${encodeURIComponent(uid)}?session=${encodeURIComponent(session)}`,
    credentials: null,
    timeoutMs: TIMEOUT_MS,
  })
  if (!answer.answered || !isReadable(answer)) return 'unknown'
  const { valid } = answer.body as { valid?: unknown }
  return valid === true || valid === 'true' ? 'good' : 'ended'
}

/** Whether an answer says something of the session: an object, and neither a fault nor a request for patience. */
function isReadable({ status, body }: { status: number; body: unknown }): boolean {
  const isAnswer = status < 300 || (status >= 400 && status < 500 && status !== 408 && status !== 429)
  return isAnswer && typeof body === 'object' && body !== null && !Array.isArray(body)
}
