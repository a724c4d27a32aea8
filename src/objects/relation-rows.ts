import { emailKey } from './email'
import { indirectRank } from './event-access'
import type { Named, SubscriptionFacts } from './event-subscription'
import { type Permission, permissionSql, type RsvpStatus } from './permissions'

/**
 * Direct relations as facts: the SQL that reads them, in the views of timelines and in the snapshots of webhooks
 * alike, and what is made of a row.
 */

/** SQL: the primary contact of a kind of a person `s`: the first verified, else the first. */
const primary = (kind: 'email' | 'phone', s: string) => `(SELECT k.value FROM contacts k
  WHERE k.subscriber_id = ${s}.id AND k.kind = '${kind}'
  ORDER BY k.verified DESC, coalesce(k.verified_at, k.created_at), k.value LIMIT 1)`

/** SQL: the e-mail and phone number that a person `s` is shown with. */
export const primaryEmailSql = (s: string) => `coalesce(nullif(${s}.email, ''), ${primary('email', s)})`
export const primaryPhoneSql = (s: string) => primary('phone', s)

/** SQL over `relations r`, `subscribers s` (its person) and `subscribers act` (its actor, or none): one JSON array. */
export const relationSql = `json_array(r.event_id, r.subscriber_id, s.first_name, s.last_name, r.first_name, r.last_name,
  json(s.tags), ${primaryEmailSql('s')}, ${primaryPhoneSql('s')}, r.is_invitation, r.permission, r.actor_id,
  act.first_name, act.last_name, r.message, r.created_at, r.rsvp_status, r.addressed_email, r.addressed_phone, s.state)`

/** SQL: the joins that `relationSql` needs beside `relations r`. */
export const relationJoins = `CROSS JOIN subscribers s ON s.id = r.subscriber_id LEFT JOIN subscribers act ON act.id = r.actor_id`

/** SQL over `subscribers s`: as `relationSql`, of an event that comes to the person through calendars only. */
export function indirectSql(eventId: string): string {
  const since = `(SELECT min(max(im.added_at, jf.followed_at)) FROM calendar_events im
    CROSS JOIN follows jf ON jf.subscriber_id = s.id AND jf.calendar_id = im.calendar_id
    CROSS JOIN calendars ic ON ic.id = im.calendar_id
    WHERE im.event_id = ${eventId} AND ic.deleted_at IS NULL AND ic.draft = 0)`
  const said = `(SELECT ia.rsvp_status FROM answers ia WHERE ia.subscriber_id = s.id AND ia.event_id = ${eventId})`
  return `json_array(${eventId}, s.id, s.first_name, s.last_name, '', '', json(s.tags), ${primaryEmailSql('s')},
    ${primaryPhoneSql('s')}, 0, ${permissionSql(indirectRank(eventId, 's.id'))}, NULL, NULL, NULL, NULL, ${since}, ${said}, NULL, NULL, s.state)`
}

type Tuple = [
  eventId: string,
  subscriberId: string,
  firstName: string,
  lastName: string,
  givenFirstName: string,
  givenLastName: string,
  tags: string[],
  email: string | null,
  phone: string | null,
  isInvitation: number,
  permission: Permission,
  /** '' for a service; null where there is no direct relation. */
  actorId: string | null,
  actorFirstName: string | null,
  actorLastName: string | null,
  message: string | null,
  createdAt: number,
  rsvpStatus: RsvpStatus | null,
  addressedEmail: string | null,
  addressedPhone: string | null,
  state: string,
]

/** A publisher as the actor or creator that its services are. */
export function publisherAsActor(publisher: { id: number; name: string }): Named & { isService: true } {
  return { id: String(publisher.id), firstName: publisher.name, lastName: '', isService: true }
}

/** What `relationSql` read. The person's own names overrule those that came with the relation, each by itself. */
export function readRelation(
  json: string | readonly unknown[],
  publisher: { id: number; name: string },
): SubscriptionFacts & { readonly isPlaceholder: boolean } {
  const t = (typeof json === 'string' ? JSON.parse(json) : json) as Tuple
  const [eventId, id, first, last, givenFirst, givenLast, tags, email, phone, isInvitation, permission] = t
  const [, , , , , , , , , , , actorId, actorFirst, actorLast, message, created, rsvpStatus, ...addressed] = t
  return {
    eventId,
    subscriber: {
      id,
      firstName: first || givenFirst,
      lastName: last || givenLast,
      tags: tags.filter((tag) => tag !== ''),
      email: email === null ? null : emailKey(email),
      phone,
    },
    isInvitation: isInvitation === 1,
    permission,
    actor:
      actorId === null
        ? null
        : actorId === ''
          ? publisherAsActor(publisher)
          : { id: actorId, firstName: actorFirst ?? '', lastName: actorLast ?? '', isService: false },
    message,
    created,
    calendarIds: [],
    rsvpStatus,
    addressedEmail: addressed[0],
    addressedPhone: addressed[1],
    isPlaceholder: addressed[2] === 'placeholder',
  }
}
