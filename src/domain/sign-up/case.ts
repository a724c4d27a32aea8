import { type Database, guardAgainst } from '../../platform/d1'
import { privateCalendarSql } from '../calendars/private'
import type { Context } from '../context'
import { HOLDER_ORDER, USABLE } from '../subscribers/subscribers'

/** Somebody who has the e-mail among their contacts. */
type Holder = {
  id: string
  state: 'active' | 'placeholder'
  verified: number
  others: number
  /** The private calendar that a placeholder may have by now. */
  calendarId: string | null
}

/** Which row of the table in `widget-and-feeds.md` 2 a sign-up is. */
export type SignUpCase =
  /** Nobody is reached by it: a new subscriber. */
  | { readonly kind: 'new' }
  /** A placeholder becomes the subscriber, under its own id. */
  | { readonly kind: 'adopt'; readonly id: string; readonly calendarId: string | null }
  /** Who has the e-mail verified comes again. */
  | { readonly kind: 'again'; readonly id: string }
  /** The e-mail of somebody who has nothing else is proved for the first time: a new address, and all else stays. */
  | { readonly kind: 'prove'; readonly id: string }
  /** Somebody has it, and nothing was proved: no address is shown. */
  | { readonly kind: 'unproved'; readonly id: string }

const HOLDERS = `SELECT s.id, s.state, k.verified, (SELECT count(*) FROM contacts o WHERE o.subscriber_id = s.id
    AND NOT (o.kind = 'email' AND o.value = k.value)) AS others, ${privateCalendarSql('s.id')} AS calendar_id
  FROM contacts k JOIN subscribers s ON s.id = k.subscriber_id
  WHERE k.publisher_id = ?1 AND k.kind = 'email' AND k.value = ?2 AND s.state IN ${USABLE}
  ORDER BY ${HOLDER_ORDER}`

const ALL_HOLDERS = `SELECT json_group_array(json_array(h.id, h.state, h.verified, h.others, h.calendar_id)) FROM (${HOLDERS}) h`

/** Decides the case. `seen` is what it was decided on: `guardCase` rolls back where that has changed meanwhile. */
export async function decideCase(
  ctx: Context,
  email: string,
  signed: boolean,
): Promise<{ decided: SignUpCase; seen: string }> {
  const row = await ctx.db
    .prepare(`SELECT (${ALL_HOLDERS}) AS seen`)
    .bind(ctx.publisher.id, email)
    .first<{ seen: string }>()
  const seen = row?.seen ?? '[]'
  const holders = (JSON.parse(seen) as [string, Holder['state'], number, number, string | null][]).map(
    ([id, state, verified, others, calendarId]): Holder => ({ id, state, verified, others, calendarId }),
  )
  return { decided: signed ? decideSigned(holders) : decideUnsigned(holders), seen }
}

function decideSigned(holders: readonly Holder[]): SignUpCase {
  const verified = holders.find((holder) => holder.verified === 1)
  if (verified) return verified.state === 'active' ? { kind: 'again', id: verified.id } : adopt(verified)
  const alone = holders.filter((holder) => holder.others === 0)
  const active = alone.find((holder) => holder.state === 'active')
  if (active) return { kind: 'prove', id: active.id }
  // Whoever has another contact too may be somebody else: nobody is taken over.
  const [placeholder] = alone
  return placeholder && alone.length === holders.length ? adopt(placeholder) : { kind: 'new' }
}

const adopt = ({ id, calendarId }: Holder): SignUpCase => ({ kind: 'adopt', id, calendarId })

function decideUnsigned(holders: readonly Holder[]): SignUpCase {
  const active = holders.find((holder) => holder.state === 'active')
  return active ? { kind: 'unproved', id: active.id } : { kind: 'new' }
}

/** Rolls back where the holders of the e-mail are no longer those that the case was decided on. */
export function guardCase(
  db: Database,
  publisherId: number,
  email: string,
  seen: string,
): D1PreparedStatement {
  return guardAgainst(db, `(${ALL_HOLDERS}) IS NOT ?3`, publisherId, email, seen)
}
