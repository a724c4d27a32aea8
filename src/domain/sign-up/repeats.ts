import { emailKey } from '../../objects/email'
import { guardAgainst } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { unseal } from '../../platform/sealed'
import type { Context } from '../context'

/** By what a repeated sign-up is known: a hosted form or an Idempotency-Key, with the e-mail. */
export type Repeat = { readonly kind: 'form' | 'key'; readonly hash: string }

const LIFETIME = { form: 3_600_000, key: 24 * 3_600_000 }

/** The mark of a form or key: with another e-mail it is another one. */
export async function repeatMark(kind: Repeat['kind'], key: string, email: string): Promise<Repeat> {
  return { kind, hash: await sha256Hex(`${key}\n${emailKey(email)}`) }
}

/** SQL: what a repeat may show again. Not once the person left, was merged, or has another feed address. */
const COUNTS = `FROM signups g JOIN subscribers s ON s.id = g.subscriber_id AND s.state = 'active'
  JOIN feed_addresses a ON a.subscriber_id = s.id AND a.state = 'live' AND a.address_hash = g.address_hash
  WHERE g.widget_id = ?1 AND g.kind = ?2 AND g.key_hash = ?3 AND g.expires_at > ?4`

/** The first answer to a repeated sign-up, or null where there is none that counts. */
export async function repeatedSignUp(
  ctx: Context,
  widgetId: string,
  repeat: Repeat,
): Promise<{ status: 200 | 201; ecalId: string; address: string; icsFilename: string } | null> {
  const row = await ctx.db
    .prepare(
      `SELECT g.status, g.subscriber_id AS id, s.ics_filename AS name, a.address_hash AS hash,
         a.address_sealed AS sealed ${COUNTS}`,
    )
    .bind(widgetId, repeat.kind, repeat.hash, ctx.now)
    .first<{ status: 200 | 201; id: string; name: string; hash: string; sealed: string }>()
  if (!row) return null
  const address = await unseal(ctx.encryptionKey(), row.sealed, row.hash)
  return { status: row.status, ecalId: row.id, address, icsFilename: row.name }
}

/** Remembers what a sign-up answered; rolls back where an equal one at the same moment was first. */
export function rememberSignUp(
  ctx: Context,
  widgetId: string,
  repeat: Repeat,
  ecalId: string,
  addressHash: string,
  status: 200 | 201,
): D1PreparedStatement[] {
  return [
    guardAgainst(ctx.db, `EXISTS (SELECT 1 ${COUNTS})`, widgetId, repeat.kind, repeat.hash, ctx.now),
    ctx.db
      .prepare(
        `INSERT INTO signups (widget_id, kind, key_hash, publisher_id, subscriber_id, address_hash, status, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (widget_id, kind, key_hash)
         DO UPDATE SET subscriber_id = ?5, address_hash = ?6, status = ?7, expires_at = ?8`,
      )
      .bind(
        widgetId,
        repeat.kind,
        repeat.hash,
        ctx.publisher.id,
        ecalId,
        addressHash,
        status,
        ctx.now + LIFETIME[repeat.kind],
      ),
  ]
}
