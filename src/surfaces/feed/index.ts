import { atHome } from '../../databases'
import { feedTags, keptSeconds } from '../../domain/feeds/public'
import {
  calendarFeed,
  type FeedSource,
  type FeedState,
  onlyState,
  personFeed,
} from '../../domain/feeds/state'
import type { Env } from '../../env'
import { clock } from '../../platform/clock'
import { openSession } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import { logFault } from '../../platform/fault-log'
import { frontCacheHeaders, frontCacheOf } from '../../platform/front-cache'
import { comeAgain } from '../../platform/rates'
import { note } from '../../platform/request-log'
import { noteFeed } from '../../usage'
import { assemble } from './assemble'
import { composeFeed } from './compose'
import { noteMissing, noteSent, wasSent } from './persons'
import { guessers, mayRead } from './rate'
import { isConditional, isUnchanged, validatorsOf } from './validators'

/**
 * `GET` and `HEAD /ecal-sub/{address}/{anything}` and `/calendars/{id}/{name}.ics` (`widget-and-feeds.md` 3 and 5).
 * No router and no middleware stands before it: this is the path that calendar apps fetch all day.
 */
export async function handleFeed(
  request: Request,
  path: string,
  env: Env,
  execution: ExecutionContext,
): Promise<Response> {
  const route = path.startsWith('/ecal-sub/') ? '/ecal-sub/:address/:name' : '/calendars/:id/:name'
  note(execution, { surface: 'feed', route })
  const source = await sourceOf(path)
  if (!source) return plain(404, 'Not found.')
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Method not allowed.', { Allow: 'GET, HEAD' })
  }
  const response = await answer(request, env, execution, source).catch(failed)
  return request.method === 'HEAD' ? new Response(null, response) : response
}

/** Whether a path is one of public calendars' feeds; the rest of `/calendars` belongs to another surface. */
export const isPublicFeedPath = (path: string): boolean => /^\/calendars\/[^/]+\/[^/]+\.ics$/.test(path)

async function sourceOf(path: string): Promise<FeedSource | null> {
  const [, address] = /^\/ecal-sub\/([0-9a-f]{32})\/[^/]+$/.exec(path) ?? []
  if (address !== undefined) return personFeed(await sha256Hex(address))
  const [, id] = /^\/calendars\/([0-9a-f]{24})\/[^/]+\.ics$/.exec(path) ?? []
  return id === undefined ? null : calendarFeed(id)
}

async function answer(
  request: Request,
  env: Env,
  execution: ExecutionContext,
  source: FeedSource,
): Promise<Response> {
  const now = clock.now()
  if (!(await mayRead(env, request, source, now))) return tooMany()
  // An address that was guessed right before isn't guessed.
  if (guessers.bars(request, source.key, now) && !wasSent(source.key)) return tooMany()
  const isInFront = !source.isPersonal && frontCacheOf(execution) !== null
  // What goes into the cache in front stands there for a while: a replica that lags may not fill it anew after a purge.
  const nearest = isInFront ? 'first-primary' : 'first-unconstrained'
  const home = await atHome(env, source.isPersonal ? 'address' : 'calendar', source.key)
  const db = openSession(home.DB, request.headers.get('Daybook-Bookmark'), nearest)
  const isHead = request.method === 'HEAD'
  const wanted = isHead || isConditional(request) ? onlyState : wantedAtOnce(source)
  const read = await source.read(db, now, wanted)
  if (typeof read.state === 'string') {
    if (read.state === 'not_found') {
      noteMissing(source.key)
      await guessers.failed(env.FAILED_RATE, request, source.key, now)
    }
    return missing(read.state)
  }
  const headersOf = async (state: FeedState) => {
    const { etag, modifiedAt } = await validatorsOf(state)
    return {
      ETag: etag,
      'Last-Modified': new Date(modifiedAt).toUTCString(),
      'Cache-Control': source.isPersonal ? 'private, max-age=60' : 'public, max-age=60',
      'X-Robots-Tag': 'noindex',
      ...(isInFront
        ? frontCacheHeaders(feedTags(source.key, state.publisherId), keptSeconds(state.endsAt, now))
        : {}),
    }
  }
  const { state } = read
  note(execution, { publisher: state.publisherId })
  const headers = await headersOf(state)
  const count = (isSame: boolean) => {
    if (isHead) return
    const { publisherId, subscriberId } = state
    const answered = { publisherId, subscriberId, userAgent: request.headers.get('User-Agent'), now }
    noteFeed(env, execution, answered, isSame)
  }
  if (isUnchanged(request, { etag: headers.ETag, modifiedAt: state.modifiedAt }, now)) {
    count(true)
    return new Response(null, { status: 304, headers })
  }
  if (isHead) return new Response('', { headers: { ...headers, ...textHeaders } })

  const feed = await assemble({ source, db, now, execution }, read, wanted)
  if (typeof feed === 'string') return missing(feed)
  noteSent(source.key)
  count(false)
  return new Response(composeFeed(feed.state, feed.fragments, feed.settlement), {
    headers: { ...(feed.state === state ? headers : await headersOf(feed.state)), ...textHeaders },
  })
}

/**
 * What is read with the state: a person whose feed this isolate has not sent can have nothing in its memory that is
 * theirs alone, so that comes at once. Of what many share, the state must tell first whether it is at hand.
 */
function wantedAtOnce(source: FeedSource): typeof onlyState {
  if (!source.isPersonal || wasSent(source.key)) return onlyState
  noteSent(source.key)
  return { ...onlyState, own: true, privateEvents: true }
}

const textHeaders = {
  'Content-Type': 'text/calendar; charset=utf-8',
  'Content-Disposition': 'inline; filename="calendar.ics"',
  'X-Content-Type-Options': 'nosniff',
}

/** What is our fault gives nothing away: the path that was asked for is a secret. */
function failed(error: unknown): Response {
  logFault('feed', error)
  return plain(500, 'Internal error.')
}

function missing(why: 'not_found' | 'gone'): Response {
  return why === 'gone' ? plain(410, 'Gone.') : plain(404, 'Not found.')
}

/** Comes too often; a calendar app comes again. */
const tooMany = () => plain(429, 'Too many requests.', comeAgain)

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
