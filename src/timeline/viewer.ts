import type { RsvpStatus } from '../objects/permissions'

/** Whose view a timeline is: a person's, or a publisher's for its services (`event-subscriptions.md` 9). */
export type Viewer = {
  readonly publisherId: number
  /** The person; null for the publisher's services. */
  readonly personId: string | null
}

/** The name of a viewer's timeline, and of its row in `timelines`. */
export function viewerName({ publisherId, personId }: Viewer): string {
  return personId === null ? `service:${publisherId}` : `person:${personId}`
}

/** A page of a list. */
export type Page = {
  readonly orderBy: 'creation_date' | 'sync_token'
  readonly ascending: boolean
  readonly limit: number
  readonly offset: number
}

/** What of the event subscriptions is asked for; what is null is not asked about, an empty list matches nothing. */
export type SubscriptionQuery = Page & {
  readonly eventIds: readonly string[] | null
  readonly subscriberIds: readonly string[] | null
  /** Ids of services; only the viewer's own publisher matches anything. */
  readonly serviceIds: readonly string[] | null
  /** `'null'`: those without any. */
  readonly rsvpStatus: RsvpStatus | 'null' | null
  /** Items changed since, removed ones included. */
  readonly syncToken: number | null
}

/** What of the viewer's own events is asked for. */
export type EventQuery = Page & {
  readonly ids: readonly string[] | null
  readonly serviceIds: readonly string[] | null
  /** In all of these calendars. */
  readonly calendarIds: readonly string[] | null
  /** In any of these. */
  readonly anyCalendarIds: readonly string[] | null
  readonly syncToken: number | null
}

/** Why a timeline refuses: a credential that is none any more, that of a cancelled company, a token of another life. */
export type Refusal = 'not_authenticated' | 'forbidden' | 'sync_token_invalid'

/** A page as JSON text, and what its `meta_data` says. */
export type Listed =
  | { readonly ok: true; readonly items: string; readonly count: number; readonly syncToken: number }
  | { readonly ok: false; readonly refusal: Refusal }

/** One item as JSON text, or null where the viewer sees none. */
export type Found = { readonly item: string | null; readonly syncToken: number }
