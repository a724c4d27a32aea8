import { type Database, GuardBroken, guardAgainst, runBatch } from '../../platform/d1'
import { sha256Hex } from '../../platform/digest'
import type { GuardOptions } from '../../webhooks/address-guard'
import type { Context } from '../context'
import { MAX_EVENTS, MAX_TEXT_BYTES } from '../events/bounds'
import { type Claimed, claimSource, type Ending, endLook, isClaimed, type Version } from './claims'
import { decodeText } from './decode'
import { fetchSource } from './fetch-source'
import { planImport } from './plan'
import { type ReadSource, readSource } from './read-source'
import { writePlan } from './write-plan'

/** What an import needs of the run that does it. */
export type ImportContext = {
  readonly db: Database
  /** Epoch milliseconds. */
  readonly now: number
  readonly guard: GuardOptions
  /** Tells the log's readers that something was committed. */
  readonly announce: () => void
  /** Does the work that holds a whole calendar in memory, one at a time. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

/** Raised when texts are read otherwise than before: then each is read anew, changed or not. */
const READING = 1

const TOO_MUCH = `The calendar would hold more than ${MAX_EVENTS} events or ${MAX_TEXT_BYTES / 1024 / 1024} MiB of their text.`

/**
 * Looks at a calendar's source, where it is due, and brings the calendar to what it says: logs `event.created`,
 * `event.updated` and `event.deleted` as the API does, by `cron`. Where that can't be done the calendar stays as it
 * was, and the publisher is told why.
 */
export async function importSource(ctx: ImportContext, calendarId: string): Promise<void> {
  const claimed = await claimSource(ctx.db, calendarId, ctx.now)
  if (claimed === null) return
  try {
    const ending = await lookAt(ctx, claimed)
    if (ending) await end(ctx, claimed, ending)
  } catch (error) {
    await end(ctx, claimed, { ok: false, reason: 'It could not be imported. This is tried again.' })
    throw error
  }
}

async function end(ctx: ImportContext, claimed: Claimed, ending: Ending): Promise<void> {
  await runBatch(ctx.db, endLook(ctx.db, claimed, ending, ctx.now))
}

/** How a look ends; null where its end is committed with what it brought. */
async function lookAt(ctx: ImportContext, claimed: Claimed): Promise<Ending | null> {
  const readAs = `${READING} ${claimed.zone} ${new Date(ctx.now).getUTCFullYear()}`
  const isReadAlike = claimed.readAs === readAs
  const known = isReadAlike ? claimed : { etag: '', lastModified: '' }
  const fetched = await fetchSource(claimed.source, known, ctx.guard, ctx.now)
  if (fetched.kind === 'failed') return { ok: false, ...fetched }
  if (fetched.kind === 'unchanged') return { ok: true, version: claimed }
  const { bytes, contentType, etag, lastModified } = fetched
  const digest = await sha256Hex(bytes)
  if (isReadAlike && digest === claimed.digest) {
    return { ok: true, version: { ...claimed, etag, lastModified } }
  }
  return ctx.alone<Ending | null>(async () => {
    const source = readSource(decodeText(bytes, contentType), claimed.zone, ctx.now)
    if (!source.ok) return source
    return bring(ctx, claimed, source, { etag, lastModified, digest, readAs, remarks: source.remarks })
  })
}

/** Brings the calendar to what its source says. */
async function bring(
  ctx: ImportContext,
  claimed: Claimed,
  source: ReadSource & { ok: true },
  version: Version,
): Promise<Ending | null> {
  const plan = await planImport(ctx.db, claimed, source)
  if (plan.isTooMuch) return { ok: false, reason: TOO_MUCH }
  const last = endLook(ctx.db, claimed, { ok: true, version }, ctx.now)
  try {
    await writePlan(writing(ctx, claimed), claimed.calendarId, plan, last)
    return null
  } catch (error) {
    if (!(error instanceof GuardBroken)) throw error
    // Whether the claim was lost or the calendar is full: the ending is for whoever holds the claim.
    return { ok: false, reason: TOO_MUCH }
  }
}

/** The context of an import's commits: each is under the condition that the claim still holds. */
function writing(ctx: ImportContext, { calendarId, publisher, claim }: Claimed): Context {
  return {
    db: ctx.db,
    now: ctx.now,
    actor: 'cron',
    publisher,
    encryptionKey: () => {
      throw new Error('an import opens no secrets')
    },
    announce: ctx.announce,
    inEachWrite: [guardAgainst(ctx.db, `NOT ${isClaimed('?1', '?2')}`, calendarId, claim)],
  }
}
