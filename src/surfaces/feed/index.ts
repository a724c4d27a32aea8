import {
  type FeedLookup,
  readCalendarFeed,
  readCalendarFeedState,
  readFeed,
  readFeedState,
  type WholeFeed,
} from '../../domain/feeds'
import type { Env } from '../../env'
import { clock } from '../../platform/clock'
import { type Database, openSession } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { composeFeed } from './compose'
import { isConditional, isUnchanged, type Validators, validatorsOf } from './validators'

/** How one kind of feed is read. */
type Source = {
  readonly state: (db: Database, now: number) => Promise<FeedLookup>
  readonly whole: (db: Database, now: number) => Promise<WholeFeed>
  readonly cacheControl: string
}

/**
 * `GET` and `HEAD /ecal-sub/{address}/{anything}` and `/calendars/{id}/{name}.ics` (`widget-and-feeds.md` 3 and 5).
 * No router and no middleware stands before it: this is the path that calendar apps fetch all day.
 */
export async function handleFeed(request: Request, env: Env): Promise<Response> {
  const source = await sourceOf(new URL(request.url).pathname)
  if (!source) return plain(404, 'Not found.')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Method not allowed.', { Allow: 'GET, HEAD' })
  }
  const response = await answer(request, env, source).catch(failed)
  return request.method === 'HEAD' ? new Response(null, response) : response
}

/** Whether a path is one of public calendars' feeds; the rest of `/calendars` belongs to another surface. */
export const isPublicFeedPath = (pathname: string): boolean =>
  /^\/calendars\/[^/]+\/[^/]+\.ics$/.test(pathname)

async function sourceOf(pathname: string): Promise<Source | null> {
  const [, address] = /^\/ecal-sub\/([0-9a-f]{32})\/[^/]+$/.exec(pathname) ?? []
  if (address !== undefined) {
    const hash = await sha256Hex(address)
    return {
      state: (db, now) => readFeedState(db, hash, now),
      whole: (db, now) => readFeed(db, hash, now),
      cacheControl: 'private, max-age=60',
    }
  }
  const [, id] = /^\/calendars\/([0-9a-f]{24})\/[^/]+\.ics$/.exec(pathname) ?? []
  if (id === undefined) return null
  return {
    state: (db, now) => readCalendarFeedState(db, id, now),
    whole: (db, now) => readCalendarFeed(db, id, now),
    cacheControl: 'public, max-age=60',
  }
}

async function answer(request: Request, env: Env, source: Source): Promise<Response> {
  const db = openSession(env.DB, request.headers.get('Daybook-Bookmark'), 'first-unconstrained')
  const now = clock.now()
  if (isConditional(request)) {
    const state = await source.state(db, now)
    if (typeof state === 'string') return missing(state)
    const validators = await validatorsOf(state)
    if (isUnchanged(request, validators, now)) {
      return new Response(null, { status: 304, headers: validatorHeaders(validators, source) })
    }
  }
  const { state, ...content } = await source.whole(db, now)
  if (typeof state === 'string') return missing(state)
  return new Response(composeFeed(state, content), {
    headers: {
      ...validatorHeaders(await validatorsOf(state), source),
      'Content-Type': 'text/calendar; charset=utf-8',
      'Content-Disposition': 'inline; filename="calendar.ics"',
      'X-Content-Type-Options': 'nosniff',
    },
  })
}

function validatorHeaders(
  { etag, modifiedAt }: Validators,
  { cacheControl }: Source,
): Record<string, string> {
  return {
    ETag: etag,
    'Last-Modified': new Date(modifiedAt).toUTCString(),
    'Cache-Control': cacheControl,
    'X-Robots-Tag': 'noindex',
  }
}

/** What is our fault gives nothing away: the path that was asked for is a secret. */
function failed(error: unknown): Response {
  console.error(
    JSON.stringify({ surface: 'feed', error: error instanceof Error ? error.message : 'unknown' }),
  )
  return plain(500, 'Internal error.')
}

function missing(why: 'not_found' | 'gone'): Response {
  return why === 'gone' ? plain(410, 'Gone.') : plain(404, 'Not found.')
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Robots-Tag': 'noindex',
      ...headers,
    },
  })
}
