import type { Contact } from '../../changes'
import { guardAgainst } from '../../platform/d1'
import { newId } from '../../platform/ids'
import { privateCalendarSql } from '../calendars/private'
import type { Context } from '../context'
import { type FeedAddress, newFeedAddress } from '../feed-addresses'
import { USABLE } from '../subscribers/subscribers'

/** Who merges with whom once a contact is proved, and what that was decided on (`event-subscriptions.md` 8). */
export type MergePlan = {
  readonly survivorId: string
  readonly contact: Contact
  readonly merging: readonly Merging[]
  /** The private calendar that the survivor gets, where it needs one and has none. */
  readonly newCalendarId: string | null
  /** The feed address that the survivor gets, where it had not signed up and one who merges had. */
  readonly newAddress: FeedAddress | null
  /** Whether the survivor takes names over. */
  readonly takesNames: boolean
  /** What all this was decided on: `guardPlan` compares it. */
  readonly seen: string
}

/** A person who is merged away. */
export type Merging = {
  readonly id: string
  /** Whether they had proved a contact and hold it verified: their feed address goes on to the survivor's feed. */
  readonly hadProved: boolean
}

type Person = {
  readonly id: string
  readonly state: 'active' | 'placeholder'
  readonly firstName: string
  readonly lastName: string
  readonly calendarId: string | null
  /** kind, value, verified */
  readonly contacts: readonly (readonly [string, string, number])[]
}

/** SQL: the survivor (`?4`) and everybody who has the contact, each with all their contacts. */
const SEEN = `SELECT json_group_array(json_object('id', w.id, 'state', w.state, 'firstName', w.first_name,
    'lastName', w.last_name, 'calendarId', w.calendar_id, 'contacts', json(w.contacts)))
  FROM (SELECT s.id, s.state, s.first_name, s.last_name, ${privateCalendarSql('s.id')} AS calendar_id,
      (SELECT json_group_array(json_array(c.kind, c.value, c.verified)) FROM (
        SELECT kind, value, verified FROM contacts WHERE subscriber_id = s.id ORDER BY kind, value) c) AS contacts
    FROM (SELECT ?4 AS id UNION SELECT k.subscriber_id FROM contacts k
      WHERE k.publisher_id = ?1 AND k.kind = ?2 AND k.value = ?3) p CROSS JOIN subscribers s ON s.id = p.id
    WHERE s.publisher_id = ?1 AND s.state IN ${USABLE}
    ORDER BY s.created_at, s.id) w`

/**
 * Decides who merges into a person once a contact is theirs: each other person who has it, and all of whose contacts
 * are verified contacts of the survivor by then. `becomes`: what the same write makes of the survivor.
 */
export async function planMerge(
  ctx: Context,
  survivorId: string,
  contact: Contact,
  becomes: 'subscriber' | 'as it is' = 'as it is',
): Promise<MergePlan> {
  const { kind, value } = contact
  const row = await ctx.db
    .prepare(`SELECT (${SEEN}) AS seen`)
    .bind(ctx.publisher.id, kind, value, survivorId)
    .first<{ seen: string }>()
  const seen = row?.seen ?? '[]'
  const persons = JSON.parse(seen) as Person[]
  const survivor = persons.find((person) => person.id === survivorId)
  const verified = new Set([key(kind, value)])
  for (const [of, what, isVerified] of survivor?.contacts ?? []) if (isVerified) verified.add(key(of, what))
  const away = persons.filter(
    (person) =>
      person.id !== survivorId && person.contacts.every(([of, what]) => verified.has(key(of, what))),
  )
  const signsUp = becomes !== 'subscriber' && survivor?.state === 'placeholder' && away.some(isActive)
  const hasCalendar = becomes === 'subscriber' || survivor?.calendarId != null
  const needsCalendar = signsUp || away.some((person) => person.calendarId !== null)
  return {
    survivorId,
    contact,
    merging: away.map(({ id, contacts }) => ({ id, hadProved: contacts.some(([, , v]) => v === 1) })),
    newCalendarId: needsCalendar && !hasCalendar ? newId() : null,
    newAddress: signsUp ? await newFeedAddress(ctx) : null,
    takesNames: takes(survivor?.firstName, away, 'firstName') || takes(survivor?.lastName, away, 'lastName'),
    seen,
  }
}

const key = (kind: string, value: string) => `${kind} ${value}`
const isActive = (person: Person) => person.state === 'active'

function takes(own: string | undefined, away: readonly Person[], name: 'firstName' | 'lastName'): boolean {
  return (own ?? '') === '' && away.some((person) => person[name] !== '')
}

/** Rolls back where anything that the plan was decided on has changed meanwhile. */
export function guardPlan(ctx: Context, { survivorId, contact, seen }: MergePlan): D1PreparedStatement {
  const { kind, value } = contact
  return guardAgainst(ctx.db, `(${SEEN}) IS NOT ?5`, ctx.publisher.id, kind, value, survivorId, seen)
}
