import { emailKey } from '../../objects/email'
import type { Row } from '../../platform/d1'
import { isId } from '../../platform/ids'
import { USABLE } from '../subscribers/subscribers'
import type { PortalContext } from './context'

/** The people of a company as staff look them up: its subscribers, and those of its marketplace who could become one. */

export type ListedPerson = {
  /** '' for who hasn't subscribed. */
  readonly ecalId: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  /** `placeholder`: known by an invitation; `waiting`: of the marketplace's directory. */
  readonly state: 'active' | 'placeholder' | 'waiting'
  /** When they subscribed, or became known. */
  readonly at: number
}

type Page = { readonly limit: number; readonly offset: number }

const SUBSCRIBERS = `0 AS part, s.id AS ecal_id, s.email, iif(s.first_name = '' AND s.last_name = '', s.name, s.first_name) AS first_name,
  s.last_name, s.state, s.subscribed_at AS at`
const DIRECTORY = `1 AS part, '' AS ecal_id, d.email, d.first_name, d.last_name, 'waiting' AS state, d.created_at AS at`
const WAITING = 'd.publisher_id = ?1 AND d.subscriber_id IS NULL AND d.active = 1'

/** All people: subscribers, the newest first, then who hasn't subscribed. */
export async function listPeople(ctx: PortalContext, { limit, offset }: Page): Promise<ListedPerson[]> {
  const { results } = await ctx.db
    .prepare(
      `SELECT * FROM (
         SELECT ${SUBSCRIBERS} FROM subscribers s WHERE s.publisher_id = ?1 AND s.state = 'active'
         ORDER BY s.subscribed_at DESC, s.id DESC LIMIT ?4)
       UNION ALL
       SELECT * FROM (SELECT ${DIRECTORY} FROM directory d WHERE ${WAITING} ORDER BY d.created_at DESC, d.id DESC LIMIT ?4)
       ORDER BY part, at DESC, ecal_id DESC, email LIMIT ?2 OFFSET ?3`,
    )
    .bind(ctx.publisher.id, limit, offset, limit + offset)
    .all<Row>()
  return results.map(toPerson)
}

/** Of each way that a person can be found by, so many are looked at. */
export const MOST_FOUND = 500

/** Greater than any text that begins alike. */
const LAST = '\u{10ffff}'

/**
 * People whose e-mail or name begins so, in any letter case, or whose id it is: first and last name in either order.
 * Each way is one walk along an index.
 */
export async function findPeople(
  ctx: PortalContext,
  query: string,
  { limit, offset }: Page,
): Promise<ListedPerson[]> {
  const words = query.replaceAll(',', ' ').split(/\s+/).filter(Boolean)
  const whole = words.join(' ')
  const [first = ''] = words
  if (first === '') return []
  const { results } = await ctx.db
    .prepare(
      `WITH hits AS (
         SELECT id FROM (SELECT k.subscriber_id AS id FROM contacts k WHERE k.publisher_id = ?1 AND k.kind = 'email'
           AND k.value >= ?4 AND k.value < ?4 || '${LAST}' ORDER BY k.value LIMIT ${MOST_FOUND})
         UNION SELECT id FROM (${subscribersBy('first_name', 'last_name')})
         UNION SELECT id FROM (${subscribersBy('last_name', 'first_name')})
         UNION SELECT id FROM (${subscribersBy('name', null)})
         UNION SELECT coalesce(s.merged_into, s.id) FROM subscribers s WHERE s.id = ?7 AND s.publisher_id = ?1),
       others AS (
         SELECT id FROM (SELECT d.id FROM directory d WHERE ${WAITING} AND d.email <> ''
           AND d.email >= ?4 AND d.email < ?4 || '${LAST}' ORDER BY d.email LIMIT ${MOST_FOUND})
         UNION SELECT id FROM (${directoryBy('first_name', 'last_name')})
         UNION SELECT id FROM (${directoryBy('last_name', 'first_name')}))
       SELECT ${SUBSCRIBERS} FROM hits h CROSS JOIN subscribers s ON s.id = h.id
         WHERE s.publisher_id = ?1 AND s.state IN ${USABLE}
       UNION ALL
       SELECT ${DIRECTORY} FROM others o CROSS JOIN directory d ON d.id = o.id
       ORDER BY part, first_name, last_name, email, ecal_id LIMIT ?2 OFFSET ?3`,
    )
    .bind(
      ctx.publisher.id,
      limit,
      offset,
      emailKey(query),
      first,
      whole,
      isId(query.trim()) ? query.trim() : '',
    )
    .all<Row>()
  return results.map(toPerson)
}

/** SQL of names that begin with `?5`, followed by the other one as `?6` has both. */
function begins(table: string, name: string, other: string | null): string {
  const from = (text: string, parameter: string) =>
    `${text} COLLATE NOCASE >= ${parameter} AND ${text} COLLATE NOCASE < ${parameter} || '${LAST}'`
  const both = other === null ? `${table}.${name}` : `(${table}.${name} || ' ' || ${table}.${other})`
  return `${from(`${table}.${name}`, '?5')} AND ${from(both, '?6')}`
}

function subscribersBy(name: string, other: string | null): string {
  return `SELECT s.id FROM subscribers s WHERE s.publisher_id = ?1 AND s.${name} <> '' AND ${begins('s', name, other)}
    AND s.state IN ${USABLE} LIMIT ${MOST_FOUND}`
}

function directoryBy(name: string, other: string): string {
  return `SELECT d.id FROM directory d WHERE ${WAITING} AND ${begins('d', name, other)} LIMIT ${MOST_FOUND}`
}

function toPerson(row: Row): ListedPerson {
  return {
    ecalId: String(row.ecal_id),
    email: String(row.email),
    firstName: String(row.first_name),
    lastName: String(row.last_name),
    state: row.state === 'waiting' ? 'waiting' : row.state === 'active' ? 'active' : 'placeholder',
    at: Number(row.at),
  }
}
