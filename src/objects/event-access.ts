import { rankSql } from './permissions'

/**
 * What a person has to do with an event, in SQL: its conditions stand in the statements that write, so that two
 * racing requests cannot combine into what neither may do (`event-subscriptions.md` 4 to 6).
 * Each function takes SQL for the ids.
 */

/** An event (alias) that anybody sees at all: neither deleted nor a draft. */
export function isLiveEvent(event = 'e'): string {
  return `${event}.deleted_at IS NULL AND ${event}.draft = 0`
}

/** Whether a live calendar that the person follows holds the event; drafts and deleted ones hold none. */
export function isReachedByCalendar(eventId: string, personId: string): string {
  return `EXISTS (${throughCalendars('1', eventId, personId)})`
}

/** The rank of the person's direct relation; NULL without one. */
export function directRank(eventId: string, personId: string): string {
  return `(SELECT ${rankSql('dr.permission')} FROM relations dr
    WHERE dr.event_id = ${eventId} AND dr.subscriber_id = ${personId} AND dr.removed_at IS NULL)`
}

/** The highest rank through calendars, an acknowledgement counted in; NULL where none holds the event. */
export function indirectRank(eventId: string, personId: string): string {
  const highest = `(${throughCalendars(`max(${rankSql('xf.permission')})`, eventId, personId)})`
  const acknowledged = `coalesce((SELECT xa.acknowledged FROM answers xa
    WHERE xa.subscriber_id = ${personId} AND xa.event_id = ${eventId}), 0)`
  return `(SELECT h.rank + (${acknowledged} = 1 AND h.rank % 2 = 1) FROM (SELECT ${highest} AS rank) h)`
}

/** The rank of the summary: the direct relation's, always; else the highest through calendars. NULL: none at all. */
export function summaryRank(eventId: string, personId: string): string {
  return `coalesce(${directRank(eventId, personId)}, ${indirectRank(eventId, personId)})`
}

function throughCalendars(what: string, eventId: string, personId: string): string {
  return `SELECT ${what} FROM calendar_events xm
    CROSS JOIN follows xf ON xf.subscriber_id = ${personId} AND xf.calendar_id = xm.calendar_id
    CROSS JOIN calendars xc ON xc.id = xm.calendar_id
    WHERE xm.event_id = ${eventId} AND xc.deleted_at IS NULL AND xc.draft = 0`
}
