import type { Env } from '../env'
import { reasonOf } from '../platform/failures'
import { appClassOf } from './app-class'
import type { Counted, Fetched, Seen } from './counted'
import { writeToDataset } from './dataset'

/**
 * Counts what hot paths answer: in this isolate's memory, and every few seconds in one message a publisher to where
 * counts are kept. Nobody waits for it and nothing fails by it: what an isolate hasn't sent when it ends is lost, what
 * is beyond a bound isn't counted.
 */

/** At most so often an isolate sends what it counted. Tests set it. */
export const pace = { everyMs: 3_000 }

/** Publishers that are counted between two sendings, and persons that are noted. */
const MAX_PUBLISHERS = 200
const MAX_PERSONS = 2_000

/** A sending that is this late has died with the request that it hung on. */
const LOST_AFTER_MS = 30_000

type Pending = {
  feeds: number
  unchanged: number
  syncs: number
  /** Epoch milliseconds of the latest. */
  at: number
  readonly seen: Map<string, Seen>
}

let pending = new Map<number, Pending>()
let persons = 0
let sentAt = 0
/** When what is pending goes out; null where nothing is planned. */
let dueAt: number | null = null

/** Who was answered. */
export type Answered = {
  readonly publisherId: number
  /** null where the answer isn't a person's own. */
  readonly subscriberId: string | null
  readonly userAgent: string | null
  /** Epoch milliseconds. */
  readonly now: number
}

type Waiting = Pick<ExecutionContext, 'waitUntil'>

/** Notes that a feed was answered. Never throws. */
export function noteFeed(env: Env, execution: Waiting, answered: Answered, isUnchanged: boolean): void {
  note(env, execution, answered, isUnchanged ? 'unchanged' : 'feeds')
}

/** Notes that an app read a list to stay in step. Never throws. */
export function noteSync(env: Env, execution: Waiting, answered: Answered): void {
  note(env, execution, answered, 'syncs')
}

function note(env: Env, execution: Waiting, answered: Answered, what: 'feeds' | 'unchanged' | 'syncs'): void {
  try {
    const counted = pendingOf(answered.publisherId)
    if (!counted) return
    counted[what]++
    counted.at = answered.now
    notePerson(counted, answered, what === 'syncs' ? 'sync' : 'feed')
    planSending(env, execution)
  } catch (error) {
    lost(error)
  }
}

function pendingOf(publisherId: number): Pending | null {
  const known = pending.get(publisherId)
  if (known) return known
  if (pending.size >= MAX_PUBLISHERS) return null
  const fresh = { feeds: 0, unchanged: 0, syncs: 0, at: 0, seen: new Map() }
  pending.set(publisherId, fresh)
  return fresh
}

function notePerson(
  { seen }: Pending,
  { subscriberId, userAgent, now }: Answered,
  what: 'feed' | 'sync',
): void {
  if (subscriberId === null) return
  const known = seen.get(subscriberId)
  if (!known) {
    if (persons >= MAX_PERSONS) return
    persons++
  }
  const fetched: Fetched = { at: now, app: appClassOf(userAgent) }
  seen.set(subscriberId, { feed: null, sync: null, ...known, [what]: fetched })
}

/** The first to count after a pause sends at once; what follows goes out together once the pace allows it. */
function planSending(env: Env, execution: Waiting): void {
  const now = Date.now()
  if (dueAt !== null && now < dueAt + LOST_AFTER_MS) return
  dueAt = Math.max(now, sentAt + pace.everyMs)
  execution.waitUntil(sendAfter(env, dueAt - now))
}

async function sendAfter(env: Env, waitMs: number): Promise<void> {
  // Even where it may go at once, not before the answer.
  await scheduler.wait(waitMs)
  const [counted, at] = [pending, Date.now()]
  pending = new Map()
  persons = 0
  dueAt = null
  sentAt = at
  await Promise.all([...counted].map(([publisherId, each]) => send(env, publisherId, each)))
}

async function send(env: Env, publisherId: number, counted: Counted): Promise<void> {
  try {
    if (env.USAGE) writeToDataset(env.USAGE, publisherId, counted)
    else await env.USAGE_LEDGER.get(env.USAGE_LEDGER.idFromName(String(publisherId))).add(counted)
  } catch (error) {
    lost(error)
  }
}

function lost(error: unknown): void {
  console.warn(JSON.stringify({ usage: 'not counted', error: reasonOf(error) }))
}
