import { wireInstant } from './instant'
import type { Permission, RsvpStatus } from './permissions'

/** Somebody by id and names, as other people see them. */
export type Named = { readonly id: string; readonly firstName: string; readonly lastName: string }

/** All that an event subscription is made of, before it is decided what of it a viewer sees. */
export type SubscriptionFacts = {
  readonly eventId: string
  readonly subscriber: Named & {
    readonly tags: readonly string[]
    /** The primary contacts; null where the person has none. */
    readonly email: string | null
    readonly phone: string | null
  }
  readonly isInvitation: boolean
  readonly permission: Permission
  /** Who made the direct relation; null where there is none. */
  readonly actor: (Named & { readonly isService: boolean }) | null
  readonly message: string | null
  /** Epoch milliseconds. */
  readonly created: number
  /** The calendars through which the person has the event. */
  readonly calendarIds: readonly string[]
  readonly rsvpStatus: RsvpStatus | null
  /** Contacts that the actor's POST was addressed with. */
  readonly addressedEmail: string | null
  readonly addressedPhone: string | null
}

/** Who looks: the id of a person, or the publisher as a service. */
export type SeenBy = { readonly personId: string } | 'service'

/**
 * An event subscription as a viewer sees it, without its token (`event-subscriptions.md` 3): contacts and tags for
 * the subscriber and services, a contact for the actor who used it, the message for subscriber and actor alone.
 */
export function subscriptionObject(facts: SubscriptionFacts, seenBy: SeenBy) {
  const { eventId, subscriber, actor, message } = facts
  const isSubscriber = seenBy !== 'service' && seenBy.personId === subscriber.id
  const isActor =
    actor !== null &&
    (seenBy === 'service' ? actor.isService : !actor.isService && actor.id === seenBy.personId)
  const seesAll = isSubscriber || seenBy === 'service'
  const email = seesAll ? subscriber.email : isActor ? facts.addressedEmail : null
  const phone = seesAll ? subscriber.phone : isActor ? facts.addressedPhone : null
  return {
    id: `${eventId}_${subscriber.id}`,
    event_id: eventId,
    subscriber: {
      ...personObject(subscriber),
      email,
      phone_number: phone,
      phonenumber: phone,
      tags: seesAll ? subscriber.tags : [],
    },
    is_invitation: facts.isInvitation,
    permission: facts.permission,
    actor: actor && personObject(actor),
    ...(isSubscriber || isActor ? { message } : {}),
    created: wireInstant(facts.created),
    calendar_ids: isSubscriber ? [...facts.calendarIds].sort() : [],
    rsvp_status: facts.rsvpStatus,
  }
}

/** Somebody's ids and names on the wire. */
export function personObject({ id, firstName, lastName }: Named) {
  return { id, user_id: id, first_name: firstName, last_name: lastName }
}
