import type { Database, Row } from '../../platform/d1'
import { type FeedEvent, selectEventsOf, selectPrivateEvents, toFeedEvents } from './events'
import { noOwnEvents, type OwnEvents, selectOwnEvents, toOwnEvents } from './own-events'

/**
 * What a feed is made of. One indexed read gives the feed's state and the revisions of the calendars followed; events
 * are read only where their text isn't at hand. A feed read writes nothing.
 */

/** A calendar that a feed is made of, as of its revision. */
export type FeedCalendar = {
  readonly id: string
  readonly revision: number
  readonly isPrivate: boolean
  readonly categories: string
  /** The text of its live events in bytes, as estimated. */
  readonly textBytes: number
}

export type FeedState = {
  /** `live`: all the person has; `limited`: some public calendars only; `ended`: nothing any more. */
  readonly kind: 'live' | 'limited' | 'ended' | 'public'
  readonly name: string
  /** The person's revision; 0 where it doesn't count. */
  readonly revision: number
  /** Calendars that show, in the order of the feed: the private one, then those followed in their order. */
  readonly calendars: readonly FeedCalendar[]
  /** Live calendars followed as `invited_*`: an event of theirs that was acknowledged shows, so their changes count. */
  readonly counted: readonly Pick<FeedCalendar, 'id' | 'revision'>[]
  /** Epoch milliseconds: the last change of anything that the feed depends on. */
  readonly modifiedAt: number
  /** When the publisher's feeds end, epoch milliseconds; null where they don't. */
  readonly endsAt: number | null
  readonly publisherId: number
  /** Whose feed it is, where it is a person's own and live. */
  readonly subscriberId: string | null
}

/** A feed, or why there is none. */
export type FeedLookup = FeedState | 'not_found' | 'gone'

type StateRow = {
  state: 'live' | 'merged' | 'limited' | 'rotated'
  changed_at: number
  subscriber_id: string
  person: string
  revision: number
  revised_at: number
  ics_filename: string
  publisher_id: number
  feeds_end_at: number | null
  followed: string | null
}

/** position, id, revision, revised at, is private, how it shows (`SHOWS`; 0 not at all), categories, bytes of text */
type FollowedTuple = [number, string, number, number, number, number, string, number]

/** A calendar that is live shows as a whole, or by single events that were acknowledged. */
const SHOWS = { whole: 1, singly: 2 } as const

const TUPLE = (position: string, shows: string) =>
  `json_array(${position}, c.id, c.revision, c.revised_at, c.kind = 'private',
    iif(c.draft = 0 AND c.deleted_at IS NULL, ${shows}, 0), c.categories, c.text_bytes)`

const STATE = `SELECT a.state, a.changed_at, a.publisher_id, a.subscriber_id, s.state AS person, s.revision, s.revised_at, s.ics_filename,
    p.feeds_end_at,
    CASE a.state
      WHEN 'rotated' THEN NULL
      WHEN 'limited' THEN (SELECT json_group_array(${TUPLE('l.key', `c.kind = 'public'`)})
        FROM json_each(a.calendar_ids) l CROSS JOIN calendars c ON c.id = l.value)
      ELSE (SELECT json_group_array(${TUPLE('f.position', `iif(c.kind = 'private' OR f.permission NOT LIKE 'invited%', ${SHOWS.whole}, ${SHOWS.singly})`)})
        FROM follows f CROSS JOIN calendars c ON c.id = f.calendar_id WHERE f.subscriber_id = s.id)
    END AS followed
  FROM feed_addresses a JOIN subscribers s ON s.id = a.subscriber_id JOIN publishers p ON p.id = a.publisher_id
  WHERE a.address_hash = ?1`

function toState(row: StateRow | undefined, now: number): FeedLookup {
  if (!row) return 'not_found'
  if (row.state === 'rotated') return 'gone'
  const followed = (JSON.parse(row.followed ?? '[]') as FollowedTuple[]).sort(([a], [b]) => a - b)
  const isLimited = row.state === 'limited'
  const { publisher_id: publisherId, feeds_end_at: endsAt } = row
  const companyEnded = row.feeds_end_at !== null && row.feeds_end_at <= now ? row.feeds_end_at : 0
  const stateChanged = Math.max(companyEnded, row.state === 'live' ? 0 : row.changed_at)
  if (row.person !== 'active' || companyEnded > 0) {
    const modifiedAt = Math.max(stateChanged, row.revised_at)
    return {
      kind: 'ended',
      name: row.ics_filename,
      revision: row.revision,
      calendars: [],
      counted: [],
      modifiedAt,
      endsAt,
      publisherId,
      subscriberId: null,
    }
  }
  const shown = followed.filter(([, , , , , shows]) => shows === SHOWS.whole)
  const calendars = shown.map(([, id, revision, , isPrivate, , categories, textBytes]): FeedCalendar => {
    return { id, revision, isPrivate: isPrivate === 1, categories, textBytes }
  })
  return {
    kind: isLimited ? 'limited' : 'live',
    name: row.ics_filename,
    revision: isLimited ? 0 : row.revision,
    calendars: [...calendars.filter((c) => c.isPrivate), ...calendars.filter((c) => !c.isPrivate)],
    counted: followed
      .filter(([, , , , , shows]) => shows === SHOWS.singly)
      .map(([, id, revision]) => ({ id, revision })),
    // Calendars drafted or deleted count here too: what made them leave is a change of the feed.
    modifiedAt: Math.max(stateChanged, isLimited ? 0 : row.revised_at, ...followed.map(([, , , at]) => at)),
    endsAt,
    publisherId,
    subscriberId: isLimited ? null : row.subscriber_id,
  }
}

/** What is to be read beside the state. */
export type Wanted = {
  /** Calendars whose events are wanted. */
  readonly calendarIds: readonly string[]
  /** What the person has to do with single events. */
  readonly own: boolean
  /** The private calendar's events, which needs no look at the state first. */
  readonly privateEvents: boolean
}

export const onlyState: Wanted = { calendarIds: [], own: false, privateEvents: false }

/** A feed as it was at one moment. */
export type FeedRead = {
  readonly state: FeedLookup
  /** Of the calendars wanted, and of the private one; null where they are too many to be read at once. */
  readonly events: readonly FeedEvent[] | null
  /** null where it wasn't wanted. */
  readonly own: OwnEvents | null
}

/** A feed that can be read. */
export type FeedSource = {
  /** Tells it from every other feed. */
  readonly key: string
  /** A person's, which nobody else reads; else a public calendar's own. */
  readonly isPersonal: boolean
  /** State and all that is wanted in one batch: one consistent moment, and one question to D1. */
  readonly read: (db: Database, now: number, wanted: Wanted) => Promise<FeedRead>
}

/** The feed at a person's address, given its SHA-256. */
export function personFeed(addressHash: string): FeedSource {
  return {
    key: addressHash,
    isPersonal: true,
    read: async (db, now, { calendarIds, own, privateEvents }) => {
      const [states, ofCalendars, ofPrivate, ...rest] = await batchOf(db, [
        [db.prepare(STATE).bind(addressHash)],
        calendarIds.length > 0 ? [selectEventsOf(db, calendarIds)] : [],
        privateEvents ? [selectPrivateEvents(db, addressHash)] : [],
        ...(own ? selectOwnEvents(db, addressHash).map((statement) => [statement]) : []),
      ])
      return {
        state: toState(states?.[0] as StateRow | undefined, now),
        events: toFeedEvents([ofCalendars ?? [], ofPrivate ?? []]),
        own: own ? toOwnEvents(rest) : null,
      }
    },
  }
}

/** Runs statements as one batch; each list has one statement or none, and answers its rows. */
async function batchOf(db: Database, lists: readonly D1PreparedStatement[][]): Promise<Row[][]> {
  const statements = lists.flat()
  const results = await db.batch<Row>(statements)
  let at = 0
  return lists.map((list) => (list.length === 0 ? [] : (results[at++]?.results ?? [])))
}

type CalendarStateRow = {
  id: string
  name: string
  categories: string
  revision: number
  revised_at: number
  draft: number
  deleted_at: number | null
  text_bytes: number
  publisher_id: number
  feeds_end_at: number | null
}

const CALENDAR_STATE = `SELECT c.id, c.name, c.categories, c.revision, c.revised_at, c.draft, c.deleted_at, c.text_bytes,
    c.publisher_id, p.feeds_end_at
  FROM calendars c JOIN publishers p ON p.id = c.publisher_id WHERE c.id = ?1 AND c.kind = 'public'`

function toCalendarState(row: CalendarStateRow | undefined, now: number): FeedLookup {
  if (!row || (row.draft === 1 && row.deleted_at === null)) return 'not_found'
  if (row.deleted_at !== null) return 'gone'
  const { id, name, revision, categories, text_bytes: textBytes, publisher_id: publisherId } = row
  const { feeds_end_at: endsAt } = row
  const always = { name, counted: [], endsAt, publisherId, subscriberId: null }
  if (endsAt !== null && endsAt <= now) {
    const modifiedAt = Math.max(row.revised_at, endsAt)
    return { ...always, kind: 'ended', revision, calendars: [], modifiedAt }
  }
  const calendars = [{ id, revision, isPrivate: false, categories, textBytes }]
  return { ...always, kind: 'public', revision: 0, calendars, modifiedAt: row.revised_at }
}

/** A public calendar's own feed (`widget-and-feeds.md` 5). */
export function calendarFeed(calendarId: string): FeedSource {
  return {
    key: calendarId,
    isPersonal: false,
    read: async (db, now, { calendarIds }) => {
      const [states, rows] = await batchOf(db, [
        [db.prepare(CALENDAR_STATE).bind(calendarId)],
        calendarIds.length > 0 ? [selectEventsOf(db, calendarIds)] : [],
      ])
      const state = toCalendarState(states?.[0] as CalendarStateRow | undefined, now)
      return { state, events: toFeedEvents([rows ?? []]), own: noOwnEvents }
    },
  }
}
