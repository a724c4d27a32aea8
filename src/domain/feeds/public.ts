import { type FrontCache, purgeFrontCache } from '../../platform/front-cache'

/**
 * Public calendars' feeds in the cache in front of the Worker (`widget-and-feeds.md` 5): a change may show late there
 * by as long as an answer is kept, but what shows no more is taken out at once.
 */

/** How long an answer is kept there, in seconds. */
const KEPT_SECONDS = 60

/** The tags of a public calendar's feed: that of the calendar, and that of its publisher. */
export const feedTags = (calendarId: string, publisherId: number): string[] => [
  calendarTag(calendarId),
  publisherTag(publisherId),
]

const calendarTag = (id: string) => `calendar-${id}`
const publisherTag = (id: number) => `publisher-${id}`

/** How long a feed may be kept there: no longer than its publisher's feeds go on. */
export function keptSeconds(endsAt: number | null, now: number): number {
  if (endsAt === null || endsAt <= now) return KEPT_SECONDS
  return Math.min(KEPT_SECONDS, Math.floor((endsAt - now) / 1000))
}

/** Takes the feed of a calendar that was drafted or deleted out of the cache in front. */
export function retractCalendar(cache: FrontCache, calendarId: string): Promise<void> {
  return purgeFrontCache(cache, [calendarTag(calendarId)])
}

/** Takes all feeds of a publisher out of the cache in front, where their end has come or was taken back. */
export function retractPublisher(cache: FrontCache, publisherId: number): Promise<void> {
  return purgeFrontCache(cache, [publisherTag(publisherId)])
}
