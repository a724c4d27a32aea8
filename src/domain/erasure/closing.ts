import { getTableColumns } from 'drizzle-orm'
import { logMessagesLeaving, logUnlinking, newWriteId } from '../../changes'
import { subscribers } from '../../db/schema'
import type { Context } from '../context'
import { tableFates } from './inventory'
import { about, CONTACTS_OF_ERASED, isNobodysSql, personsSql } from './person'

/**
 * Statements after which nothing of a person is shown to anybody or found by anything: small, and so in the batch that
 * begins an erasure. Each look repeats them; what is empty already they leave alone.
 */
export function closing(ctx: Context, id: string): D1PreparedStatement[] {
  const run = about(ctx, id)
  const persons = personsSql('?1')
  const rows = [
    'feed_addresses',
    'user_tokens',
    'signups',
    'applications',
    'contacts',
    'contact_requests',
    'follows',
  ]
  return [
    run(`UPDATE subscribers SET ${emptyPerson()} WHERE id IN (${persons}) AND +publisher_id = ?2`),
    ...rows.map((table) =>
      run(`DELETE FROM ${table} WHERE subscriber_id IN (${persons}) AND +publisher_id = ?2`),
    ),
    run(`UPDATE calendars SET ${emptied('calendars')} WHERE owner_id IN (${persons}) AND +publisher_id = ?2`),
    ...forgetMessages(ctx, id),
    ...unlinkAccounts(ctx, id),
    ...leaveDirectory(ctx, id),
  ]
}

/** SQL of what a person's row becomes: what the inventory empties, as a row of nobody has it. */
function emptyPerson(): string {
  const columns = Object.values(getTableColumns(subscribers))
  return columns
    .filter((column) => tableFates.subscribers?.emptied?.includes(column.name))
    .map((column) => {
      const { name, dataType, default: standard } = column
      const empty = dataType === 'string' ? (standard ?? '') : 0
      return `${name} = ${typeof empty === 'string' ? `'${empty}'` : 0}`
    })
    .join(', ')
}

const emptied = (table: string) => (tableFates[table]?.emptied ?? []).map((name) => `${name} = ''`).join(', ')

/** What the person wrote to others whom they invited; removed relations keep it too. */
function forgetMessages(ctx: Context, id: string): D1PreparedStatement[] {
  return [
    logMessagesLeaving(ctx, id, personsSql('?3')),
    about(ctx, id)(
      `UPDATE relations SET message = NULL, write_id = ?3
       WHERE actor_id IN (${personsSql('?1')}) AND actor_id <> '' AND message IS NOT NULL AND +publisher_id = ?2`,
      newWriteId(),
    ),
  ]
}

/** Accounts that are the person's, by their link or, where nobody else has it, by an e-mail. */
const ACCOUNTS = `SELECT a.id FROM accounts a WHERE a.subscriber_id IN (${personsSql('?1')}) AND +a.publisher_id = ?2
  UNION SELECT a.id FROM (${CONTACTS_OF_ERASED}) x CROSS JOIN accounts a ON a.publisher_id = ?2 AND lower(a.email) = x.value
    AND a.email IS NOT NULL WHERE a.subscriber_id IS NULL AND ${isNobodysSql('x.value')}`

/** Billers keep their accounts and schedules: amounts, dates and ids, of nobody (`operator.md`). */
function unlinkAccounts(ctx: Context, id: string): D1PreparedStatement[] {
  const run = about(ctx, id)
  const write = newWriteId()
  const schedules = ['pay_schedules', 'pay_schedules_deleted'].map((table) =>
    run(
      `UPDATE ${table} SET ${emptied(table)}, write_id = ?3
       WHERE account_uid IN (${ACCOUNTS}) AND (pay_desc <> '' OR status_note <> '')`,
      write,
    ),
  )
  return [
    ...schedules,
    logUnlinking(ctx, id, personsSql('?3')),
    run(
      `UPDATE accounts SET subscriber_id = NULL, email = NULL, updated_at = ?3, write_id = ?4 WHERE id IN (${ACCOUNTS})`,
      ctx.now,
      write,
    ),
  ]
}

/** Entries of a company's directory that are the person. */
const ENTRIES = `SELECT d.id FROM directory d WHERE d.subscriber_id IN (${personsSql('?1')}) AND +d.publisher_id = ?2
  UNION SELECT d.id FROM directory d WHERE d.id IN (${personsSql('?1')}) AND +d.publisher_id = ?2
  UNION SELECT d.id FROM (${CONTACTS_OF_ERASED}) x CROSS JOIN directory d ON d.publisher_id = ?2 AND d.email = x.value
    AND d.email <> '' WHERE d.subscriber_id IS NULL AND ${isNobodysSql('x.value')}`

/** The directory of a marketplace's company (`marketplace.md` 8): the mapping stays, so that nothing comes again. */
function leaveDirectory(ctx: Context, id: string): D1PreparedStatement[] {
  const run = about(ctx, id)
  const write = newWriteId()
  const isPerson = `publisher_id = ?2 AND entity = 'people' AND local_id IN (${ENTRIES} UNION ${personsSql('?1')})`
  return [
    run(
      `UPDATE connec_invoices SET person_connec_id = '', event_id = NULL, write_id = ?3
       WHERE publisher_id = ?2 AND person_connec_id IN (SELECT connec_id FROM connec_map WHERE ${isPerson})`,
      write,
    ),
    run(`UPDATE connec_map SET ${emptied('connec_map')}, write_id = ?3 WHERE ${isPerson}`, write),
    run(`DELETE FROM directory WHERE id IN (${ENTRIES})`),
  ]
}
